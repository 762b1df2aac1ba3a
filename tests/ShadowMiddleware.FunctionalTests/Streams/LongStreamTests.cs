using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Streams;

/// <summary>A gibibyte each way through a mirrored app: every byte arrives, nothing piles up, the request is counted.</summary>
[Collection(Alone.Name)]
public sealed class LongStreamTests : StreamTest
{
    private const long Gibibyte = 1024 * 1024 * 1024;

    // The cap of a body by default: its last block is the last that is held.
    private const long MostHeld = 1024 * 1024;

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Upload_OfAGibibyte_ArrivesWholeInFlatMemoryAndIsCounted(HttpProtocols protocols)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            protocols,
            async context =>
            {
                var length = await Pattern.ReadAsync(context.Request.Body, 0, context.RequestAborted);
                await context.Response.WriteAsync(length.ToString(CultureInfo.InvariantCulture));
            }
        );
        using var memory = new MemoryPeaks(environment);

        using var content = new WrittenContent((stream, token) => Pattern.WriteAsync(stream, 0, Gibibyte, token));
        using var response = await SendAsync(environment.Primary, content);

        Assert.Equal(Gibibyte.ToString(CultureInfo.InvariantCulture), await response.Content.ReadAsStringAsync(Token));
        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.body_too_large 1", Token);
        memory.AssertFlat(MostHeld);
        Assert.Equal(0, environment.Service<ByteBudget>().Used);
        Assert.Equal(0, shadow.Connections);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Download_OfAGibibyte_ArrivesWholeInFlatMemoryAndIsMirrored(HttpProtocols protocols)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            protocols,
            context => Pattern.WriteAsync(context.Response.Body, 0, Gibibyte, context.RequestAborted)
        );
        using var memory = new MemoryPeaks(environment);

        using var response = await SendAsync(environment.Primary, content: null);
        await using var body = await response.Content.ReadAsStreamAsync(Token);

        Assert.Equal(Gibibyte, await Pattern.ReadAsync(body, 0, Token));
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        memory.AssertFlat(MostHeld);
    }
}
