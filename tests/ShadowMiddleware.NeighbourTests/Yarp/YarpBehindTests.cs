using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.NeighbourTests.Harness;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowMiddleware.NeighbourTests.Yarp;

/// <summary>YARP behind the mirror, in one app: a gateway that mirrors, in front of a service.</summary>
public sealed class YarpBehindTests : NeighbourTest
{
    private const int Megabytes5 = 5 * 1024 * 1024;

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Requests_AreForwardedTheSameAndCopied(Wire wire)
    {
        await using var backend = await Backend.StartAsync(Token);
        await using var twins = await StartAsync(wire, maxBodyBytes: 8 * 1024 * 1024, Proxy.Address(backend, wire));

        var got = WireRequest.Get("/orders/a%2Fb?c=%41&d", "Accept: */*", "Cookie: a=1; b=2");
        var json = WireRequest.PostJson("/orders", """{"id":"ä","quantity":2}""");
        var large = WireRequest.Post("/length", "application/octet-stream", Bytes(Megabytes5));
        var answers = new List<WireAnswer>();
        foreach (
            var request in (WireRequest[])
                [got, json, json with { IsChunked = true }, large, large with { IsChunked = true }]
        )
        {
            answers.Add(await twins.AskAndCopyAsync(wire, request, Token));
        }

        Assert.Equal([200, 201, 201, 200, 200], answers.Select(answer => answer.Status));
        Assert.Equal("read 5242880", answers[^1].BodyText);
        await twins.AssertSettledAsync("seen 5, completed.2xx 5", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task BodyOverTheCap_IsForwardedTheSameAndItsCopyIsACountedDrop(Wire wire)
    {
        await using var backend = await Backend.StartAsync(Token);
        await using var twins = await StartAsync(wire, maxBodyBytes: 1024 * 1024, Proxy.Address(backend, wire));
        var large = WireRequest.Post("/length", "application/octet-stream", Bytes(Megabytes5));

        await twins.AskBothAsync(wire, large, Token);
        await twins.AskBothAsync(wire, large with { IsChunked = true }, Token);

        await twins.AssertSettledAsync("seen 2, dropped.body_too_large 2", Token);
    }

    // The service may answer before the proxy has read all of the body, or after it.
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task EarlyAnswer_IsTheSame(Wire wire)
    {
        await using var backend = await Backend.StartAsync(Token);
        await using var twins = await StartAsync(wire, maxBodyBytes: 8 * 1024 * 1024, Proxy.Address(backend, wire));
        var large = WireRequest.Post("/too-large", "application/octet-stream", Bytes(Megabytes5));

        var answer = await twins.AskBothAsync(wire, large, Token);

        Assert.Equal(413, answer.Status);
        // Which end of the proxy is told first is chance.
        twins.ComparesComplaints = false;
        await twins.AssertSettledAsync(
            ["seen 1, dropped.body_incomplete 1", "seen 1, dropped.client_aborted 1", "seen 1, completed.2xx 1"],
            Token
        );
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Retry_AtAnotherDestination_MakesOneCopy(Wire wire)
    {
        await using var breaking = await Backend.StartBreakingAsync(Token);
        await using var backend = await Backend.StartAsync(Token);
        await using var twins = await StartAsync(
            wire,
            maxBodyBytes: 8 * 1024 * 1024,
            Proxy.Address(breaking, wire),
            Proxy.Address(backend, wire)
        );
        var json = WireRequest.PostJson("/orders", """{"id":"1","quantity":2}""");

        var answer = await twins.AskAndCopyAsync(wire, json, Token);
        await twins.AskAndCopyAsync(wire, json with { IsChunked = true }, Token);
        await twins.AskAndCopyAsync(wire, WireRequest.Get("/orders/1"), Token);

        Assert.Equal(201, answer.Status);
        await twins.AssertSettledAsync("seen 3, completed.2xx 3", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task ClientThatLeaves_BeforeTheEndOfItsBody_IsACountedDrop(Wire wire)
    {
        await using var backend = await Backend.StartAsync(Token);
        await using var twins = await StartAsync(wire, maxBodyBytes: 1024 * 1024, Proxy.Address(backend, wire));
        // Whether Kestrel finds the proxy still reading is chance.
        twins.ComparesComplaints = false;

        foreach (var app in (RunningApp[])[twins.Plain, twins.Mirrored])
        {
            if (wire == Wire.Http1)
            {
                using var client = await app.ConnectAsync(Token);
                await client.SendAsync(RawRequest.Head("POST", "/length", "Content-Length: 1000"), Token);
                await client.SendAsync(Bytes(500), Token);
                await WaitUntilForwardedAsync(app);
                client.Reset();
            }
            else
            {
                using var message = new WireRequest("POST", "/length").ToHttp2(app.Http2);
                message.Content = new HalfContent(500);
                using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
                var sending = app.Client.SendAsync(message, leaving.Token);
                await WaitUntilForwardedAsync(app);
                await leaving.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
            }
        }

        await twins.AssertSettledAsync("seen 1, dropped.client_aborted 1", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task WebSocket_IsForwardedTheSameAndSkipped(Wire wire)
    {
        await using var backend = await Backend.StartAsync(Token);
        await using var twins = await StartAsync(wire, maxBodyBytes: 1024 * 1024, Proxy.Address(backend, wire));

        var heard = await twins.TalkToBothAsync(app => SocketTalk.TalkAsync(wire, app, "/socket", Token));

        Assert.EndsWith("bye\ngone", heard, StringComparison.Ordinal);
        await twins.AssertSettledAsync("seen 1, skipped.upgrade 1", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task ServerSentEvents_AreForwardedTheSameAndCopied(Wire wire)
    {
        await using var backend = await Backend.StartAsync(Token);
        await using var twins = await StartAsync(wire, maxBodyBytes: 1024 * 1024, Proxy.Address(backend, wire));

        var answer = await twins.AskAndCopyAsync(
            wire,
            WireRequest.Get("/events", "Accept: text/event-stream", "Last-Event-ID: 7"),
            Token
        );

        Assert.Equal("data: 0\n\ndata: 1\n\ndata: 2\n\n", answer.BodyText);
        await twins.AssertSettledAsync("seen 1, completed.2xx 1", Token);
    }

    private static byte[] Bytes(int count) =>
        Encoding.ASCII.GetBytes(string.Create(count, 0, static (text, _) => text.Fill('b')));

    private Task WaitUntilForwardedAsync(RunningApp app) =>
        Eventually.HoldsAsync(
            () => app.Logs.Entries.Any(entry => entry.Message.Contains("Proxying", StringComparison.Ordinal)),
            () => "not proxied",
            Token
        );

    private Task<AppTwins> StartAsync(Wire wire, int maxBodyBytes, params Uri[] addresses) =>
        new AppTwins
        {
            Configure = builder => Proxy.Add(builder, wire, addresses),
            App = app =>
                app.MapReverseProxy(proxy =>
                {
                    proxy.Use(RetryAsync);
                    proxy.UseLoadBalancing();
                }),
            Settings = { ["MaxBodyBytes"] = $"{maxBodyBytes}" },
            Normalise = Chunks.Join,
        }.StartAsync(Token);

    // Where a destination fails, the next one gets the same request, as long as the client has been told nothing.
    private static async Task RetryAsync(HttpContext context, RequestDelegate next)
    {
        var proxy = context.GetReverseProxyFeature();
        var destinations = proxy.AllDestinations.OrderBy(destination => destination.DestinationId).ToArray();
        if (destinations.Length > 1)
        {
            context.Request.EnableBuffering();
        }

        foreach (var destination in destinations)
        {
            proxy.AvailableDestinations = destination;
            await next(context);

            var hasFailed = context.Features.Get<IForwarderErrorFeature>() is not null;
            if (!hasFailed || context.Response.HasStarted || destination == destinations[^1])
            {
                return;
            }

            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.Clear();
            context.Request.Body.Position = 0;
        }
    }
}
