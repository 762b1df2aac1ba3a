using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

/// <summary>A gibibyte through the tee of the response.</summary>
[Collection(Alone.Name)]
public sealed class LongResponseTests : ResponseTeeTest
{
    private const long Gibibyte = 1024 * 1024 * 1024;
    private const int Cap = 100_000;

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Response_OfAGibibyte_ArrivesWholeInFlatMemory(HttpProtocols protocols)
    {
        Tee.MaxBytes = Cap;
        await using var environment = await StartAsync(
            app => app.Run(context => Pattern.WriteAsync(context.Response.Body, 0, Gibibyte, context.RequestAborted)),
            protocols
        );
        using var memory = new MemoryPeaks(environment);

        using var response = await environment.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Token);
        await using var body = await response.Content.ReadAsStreamAsync(Token);

        Assert.Equal(Gibibyte, await Pattern.ReadAsync(body, 0, Token));
        Assert.Equal(ResponseCaptureState.TooLarge, (await Tee.NextAsync(Token)).State);
        memory.AssertFlat(Cap);
        AssertNothingIsHeld(environment);
    }
}
