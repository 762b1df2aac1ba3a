using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Streams;

/// <summary>
/// By order, not by time: whoever holds the second byte back lets go of it only when the first has arrived. A mirror that held the first
/// back would end in the test's deadline.
/// </summary>
public sealed class FirstByteTests : StreamTest
{
    private const int Length = 100_000;

    private readonly SemaphoreSlim _arrived = new(0);

    public static MatrixTheoryData<HttpProtocols, long, bool> Uploads { get; } =
        new([HttpProtocols.Http1, HttpProtocols.Http2], [Length, 2_000_000], [false, true]);

    [Theory]
    [MemberData(nameof(Uploads))]
    public async Task Upload_SecondByteHeldBackByTheClient_AppSeesTheFirst(
        HttpProtocols protocols,
        long length,
        bool isAnnounced
    )
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            protocols,
            async context =>
            {
                var first = new byte[10];
                Assert.Equal(1, await context.Request.Body.ReadAsync(first, context.RequestAborted));
                Assert.True(Pattern.Matches(0, first.AsSpan(0, 1)));
                _arrived.Release();
                Assert.Equal(length, await Pattern.ReadAsync(context.Request.Body, 1, context.RequestAborted));
            }
        );

        using var content = new WrittenContent(
            async (stream, token) =>
            {
                await Pattern.WriteAsync(stream, 0, 1, token);
                await _arrived.WaitAsync(Token);
                await Pattern.WriteAsync(stream, 1, length, token);
            },
            isAnnounced ? length : null
        );
        using var response = await SendAsync(environment.Primary, content);

        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        var outcome = length == Length ? "completed.2xx" : "dropped.body_too_large";
        await environment.WaitUntilLedgerIsAsync($"seen 1, {outcome} 1", Token);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Download_RestHeldBackByTheApp_ClientSeesTheFirstByte(HttpProtocols protocols)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            protocols,
            async context =>
            {
                await Pattern.WriteAsync(context.Response.Body, 0, 1, context.RequestAborted);
                await _arrived.WaitAsync(context.RequestAborted);
                await Pattern.WriteAsync(context.Response.Body, 1, Length, context.RequestAborted);
            }
        );

        using var content = new ByteArrayContent([1, 2, 3]);
        using var response = await SendAsync(environment.Primary, content);
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        var first = new byte[10];
        Assert.Equal(1, await body.ReadAsync(first, Token));
        Assert.Equal(0, shadow.Connections);
        _arrived.Release();

        Assert.Equal(Length, await Pattern.ReadAsync(body, 1, Token));
        await environment.WaitUntilSettledAsync(Token);
    }

    protected override void Dispose(bool disposing)
    {
        _arrived.Dispose();
        base.Dispose(disposing);
    }
}
