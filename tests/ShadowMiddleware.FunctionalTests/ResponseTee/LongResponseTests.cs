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
    private const long MostGrowth = 96 * 1024 * 1024;
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
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var managed = new PeakWatcher(() => GC.GetTotalMemory(forceFullCollection: false));
        var budget = environment.Service<ByteBudget>();
        using var held = new PeakWatcher(() => budget.Used);

        using var response = await environment.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Token);
        await using var body = await response.Content.ReadAsStreamAsync(Token);

        Assert.Equal(Gibibyte, await Pattern.ReadAsync(body, 0, Token));
        Assert.Equal(ResponseCaptureState.TooLarge, (await Tee.NextAsync(Token)).State);
        Assert.InRange(managed.Peak - before, 0, MostGrowth);
        Assert.InRange(held.Peak, 0, Cap);
        AssertNothingIsHeld(environment);
    }
}
