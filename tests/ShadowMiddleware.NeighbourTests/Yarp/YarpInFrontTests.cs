using System.Text;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Yarp;

/// <summary>YARP in front of the app that mirrors, in a process of its own.</summary>
public sealed class YarpInFrontTests : NeighbourTest
{
    private const int Megabytes5 = 5 * 1024 * 1024;

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Requests_AreAnsweredTheSameAndCopiedAsForwarded(Wire wire)
    {
        await using var twins = await StartAsync();
        await using var proxies = await ProxyTwins.StartAsync(wire, twins, Token);
        var json = WireRequest.PostJson("/orders", """{"id":"ä","quantity":2}""");
        var large = WireRequest.Post("/length", "application/octet-stream", Bytes(Megabytes5));
        WireRequest[] requests =
        [
            WireRequest.Get("/orders/1?c=%20a", "Accept: */*"),
            json,
            json with
            {
                IsChunked = true,
            },
            WireRequest.Get("/events"),
            large,
            large with
            {
                IsChunked = true,
            },
        ];

        foreach (var request in requests)
        {
            await proxies.AskBothAsync(request, Token);

            var host = wire == Wire.Http1 ? RawRequest.Host : proxies.ToMirrored.Http2.Authority;
            var forwarded = request with
            {
                Fields =
                [
                    .. request.Fields,
                    "X-Forwarded-For: 127.0.0.1",
                    $"X-Forwarded-Host: {host}",
                    "X-Forwarded-Proto: http",
                ],
            };
            await twins.AssertCopyAsync(forwarded, Token);
        }

        await twins.AssertSettledAsync("seen 6, completed.2xx 6", Token);
    }

    // The app answers while the proxy still sends, and which of the two ends the rest is chance.
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task EarlyAnswer_IsTheSameAndNoCopyIsCutShort(Wire wire)
    {
        await using var twins = await StartAsync();
        await using var proxies = await ProxyTwins.StartAsync(wire, twins, Token);
        var large = WireRequest.Post("/too-large", "application/octet-stream", Bytes(Megabytes5));

        var answer = await proxies.AskBothAsync(large, Token);

        Assert.Equal(413, answer.Status);
        twins.ComparesComplaints = false;
        await twins.AssertSettledAsync(
            ["seen 1, dropped.body_incomplete 1", "seen 1, dropped.client_aborted 1"],
            Token
        );
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task ClientThatLeavesTheProxy_BeforeTheEndOfItsBody_IsACountedDrop(Wire wire)
    {
        await using var twins = await StartAsync();
        await using var proxies = await ProxyTwins.StartAsync(wire, twins, Token);

        foreach (
            var (proxy, app) in ((RunningApp, RunningApp)[])
                [(proxies.ToPlain, twins.Plain), (proxies.ToMirrored, twins.Mirrored)]
        )
        {
            await LeaveAsync(wire, proxy, app);
        }

        // Whether Kestrel finds the app still reading is chance.
        twins.ComparesComplaints = false;
        await twins.AssertSettledAsync("seen 1, dropped.client_aborted 1", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task WebSocket_IsTheSameAndSkipped(Wire wire)
    {
        await using var twins = await StartAsync();
        await using var proxies = await ProxyTwins.StartAsync(wire, twins, Token);

        var heard = await proxies.TalkToBothAsync(proxy => SocketTalk.TalkAsync(wire, proxy, "/socket", Token));

        Assert.EndsWith("bye\ngone", heard, StringComparison.Ordinal);
        await twins.AssertSettledAsync("seen 1, skipped.upgrade 1", Token);
    }

    private static byte[] Bytes(int count) =>
        Encoding.ASCII.GetBytes(string.Create(count, 0, static (text, _) => text.Fill('b')));

    private async Task LeaveAsync(Wire wire, RunningApp proxy, RunningApp app)
    {
        if (wire == Wire.Http1)
        {
            using var client = await proxy.ConnectAsync(Token);
            await client.SendAsync(RawRequest.Head("POST", "/length", "Content-Length: 1000"), Token);
            await client.SendAsync(Bytes(500), Token);
            await WaitUntilArrivedAsync(app);
            client.Reset();
            return;
        }

        using var message = new WireRequest("POST", "/length").ToHttp2(proxy.Http2);
        message.Content = new HalfContent(500);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sending = proxy.Client.SendAsync(message, leaving.Token);
        await WaitUntilArrivedAsync(app);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private Task WaitUntilArrivedAsync(RunningApp app) =>
        Eventually.HoldsAsync(() => app.Arrivals.Count > 0, () => "not forwarded", Token);

    private Task<AppTwins> StartAsync() =>
        new AppTwins { App = Backend.Map, Settings = { ["MaxBodyBytes"] = $"{8 * 1024 * 1024}" } }.StartAsync(Token);
}
