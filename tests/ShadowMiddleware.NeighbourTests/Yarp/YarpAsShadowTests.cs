using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Yarp;

/// <summary>YARP between the mirror and the shadow.</summary>
public sealed class YarpAsShadowTests : NeighbourTest
{
    private const int Megabytes5 = 5 * 1024 * 1024;

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Copies_ArriveThroughTheProxy(Wire wire)
    {
        await using var proxy = new ProxyBeforeShadow(wire);
        await using var twins = await StartAsync(wire, proxy);

        var json = WireRequest.PostJson("/orders", """{"id":"ä","quantity":2}""");
        var large = WireRequest.Post("/length", "application/octet-stream", Bytes(Megabytes5));
        await twins.AskAndCopyAsync(wire, WireRequest.Get("/orders/1?c=2", "Accept: */*"), Token);
        await twins.AskAndCopyAsync(wire, json, Token);
        await twins.AskAndCopyAsync(wire, json with { IsChunked = true }, Token);
        await twins.AskAndCopyAsync(wire, large, Token);
        await twins.AskAndCopyAsync(wire, large with { IsChunked = true }, Token);

        await twins.AssertSettledAsync("seen 5, completed.2xx 5", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task ShadowThatAnswersBeforeTheEndOfTheCopy_IsAnAnswer(Wire wire)
    {
        await using var proxy = new ProxyBeforeShadow(wire);
        await using var twins = await StartAsync(
            wire,
            proxy,
            readsBodies: false,
            context =>
            {
                context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return Task.CompletedTask;
            }
        );
        var large = WireRequest.Post("/length", "application/octet-stream", Bytes(Megabytes5));

        var answer = await twins.AskBothAsync(wire, large, Token);

        Assert.Equal("read 5242880", answer.BodyText);
        await twins.AssertSettledAsync("seen 1, completed.4xx 1", Token);

        // The next copy gets through: nothing is left over of the one before.
        await twins.AskBothAsync(wire, WireRequest.Get("/orders/1"), Token);
        await twins.AssertSettledAsync("seen 2, completed.4xx 2", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task ShadowThatSendsEventsWithoutEnd_HasAnsweredAtOnceAndIsLetGo(Wire wire)
    {
        var letGo = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var proxy = new ProxyBeforeShadow(wire);
        await using var twins = await StartAsync(
            wire,
            proxy,
            readsBodies: true,
            async context =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync("data: 0\n\n", context.RequestAborted);
                context.RequestAborted.UnsafeRegister(_ => letGo.TrySetResult(), null);
                await letGo.Task;
            }
        );

        await twins.AskAndCopyAsync(wire, WireRequest.Get("/events", "Accept: text/event-stream"), Token);

        await twins.AssertSettledAsync("seen 1, completed.2xx 1", Token);
        await letGo.Task.WaitAsync(Token);
    }

    private static byte[] Bytes(int count) =>
        Encoding.ASCII.GetBytes(string.Create(count, 0, static (text, _) => text.Fill('b')));

    private Task<AppTwins> StartAsync(
        Wire wire,
        ProxyBeforeShadow proxy,
        bool readsBodies = true,
        RequestDelegate? shadow = null
    ) =>
        new AppTwins
        {
            App = Backend.Map,
            ShadowProtocols = wire == Wire.Http1 ? HttpProtocols.Http1 : HttpProtocols.Http2,
            ShadowReadsBodies = readsBodies,
            ShadowHandler = shadow ?? (context => context.Response.WriteAsync("shadow")),
            Settings = { ["HttpVersion"] = wire == Wire.Http1 ? "1.1" : "2", ["MaxBodyBytes"] = $"{8 * 1024 * 1024}" },
            ShadowAddress = address => proxy.StartAsync(address, Token),
        }.StartAsync(Token);
}
