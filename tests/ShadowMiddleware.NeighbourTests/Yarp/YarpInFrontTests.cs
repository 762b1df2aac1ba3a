using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Yarp;

/// <summary>YARP in front of the app that mirrors, in a process of its own.</summary>
public sealed class YarpInFrontTests : NeighbourTest
{
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Requests_AreAnsweredTheSameAndCopiedAsForwarded(Wire wire)
    {
        await using var twins = await new AppTwins { App = Backend.Map }.StartAsync(Token);
        await using var toPlain = await Proxy.StartAsync(wire, Proxy.Address(twins.Plain, wire), Token);
        await using var toMirrored = await Proxy.StartAsync(wire, Proxy.Address(twins.Mirrored, wire), Token);
        var json = WireRequest.PostJson("/orders", """{"id":"ä","quantity":2}""");
        WireRequest[] requests =
        [
            WireRequest.Get("/orders/1?c=%20a", "Accept: */*"),
            json,
            json with
            {
                IsChunked = true,
            },
            WireRequest.Get("/events"),
        ];

        foreach (var request in requests)
        {
            var expected = await toPlain.AskAsync(wire, request, Token);
            var actual = await toMirrored.AskAsync(wire, request, Token);
            Assert.Equal(Chunks.Join(expected.Text), Chunks.Join(actual.Text));

            var host = wire == Wire.Http1 ? RawRequest.Host : toMirrored.Http2.Authority;
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

        await twins.AssertSettledAsync("seen 4, completed.2xx 4", Token);
    }
}
