using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Yarp;

/// <summary>YARP between the mirror and the shadow.</summary>
public sealed class YarpAsShadowTests : NeighbourTest
{
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Copies_ArriveThroughTheProxy(Wire wire)
    {
        RunningApp? proxy = null;
        await using var twins = await new AppTwins
        {
            App = Backend.Map,
            ShadowProtocols = wire == Wire.Http1 ? HttpProtocols.Http1 : HttpProtocols.Http2,
            Settings = { ["HttpVersion"] = wire == Wire.Http1 ? "1.1" : "2" },
            ShadowAddress = async address =>
            {
                proxy = await StartProxyAsync(wire, new Uri(address));
                return Proxy.Address(proxy, wire).ToString();
            },
        }.StartAsync(Token);
        await using var _ = proxy!;

        var json = WireRequest.PostJson("/orders", """{"id":"ä","quantity":2}""");
        await twins.AskAndCopyAsync(wire, WireRequest.Get("/orders/1?c=2", "Accept: */*"), Token);
        await twins.AskAndCopyAsync(wire, json, Token);
        await twins.AskAndCopyAsync(wire, json with { IsChunked = true }, Token);

        await twins.AssertSettledAsync("seen 3, completed.2xx 3", Token);
    }

    private Task<RunningApp> StartProxyAsync(Wire wire, Uri address) =>
        RunningApp.StartAsync(
            builder =>
                Proxy
                    .Add(builder, wire, address)
                    // What a proxy says of where a request came from is no field of the copy.
                    .AddTransforms(transforms => transforms.UseDefaultForwarders = false)
                    .ConfigureHttpClient((_, handler) => handler.ActivityHeadersPropagator = null),
            app => app.MapReverseProxy(),
            Token
        );
}
