using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Clients;

/// <summary>A shadow whose address is a name that service discovery resolves, as in an app that Aspire starts.</summary>
public sealed class ServiceDiscoveryTests : NeighbourTest
{
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task NamedShadow_IsFoundAndGetsExactCopies(Wire wire)
    {
        await using var twins = await StartAsync();

        var json = WireRequest.PostJson("/orders?a=b%20c", """{"id":"ä","quantity":2}""");
        var get = WireRequest.Get("/orders/a%2Fb?c=%20");
        await twins.AskBothAsync(wire, get, Token);
        var copy = await twins.TakeCopyAsync(Token);
        CopyAssert.AreOf([get], [copy]);
        Assert.Equal(new Uri(twins.Shadow.Address).Authority, copy.Host);
        await twins.AskAndCopyAsync(wire, json, Token);
        await twins.AskAndCopyAsync(wire, json with { IsChunked = true }, Token);

        await twins.AssertSettledAsync("seen 3, completed.2xx 3", Token);
    }

    // Service discovery makes the address anew, and the target with it.
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task TargetThatWouldBeChanged_IsNotSent(Wire wire)
    {
        await using var twins = await StartAsync();

        await twins.AskBothAsync(wire, WireRequest.Get("/orders/x%2Fy%41/../z"), Token);

        await twins.AssertSettledAsync("seen 1, failed.other 1", Token);
        Assert.Equal(0, twins.Shadow.Received);
    }

    private Task<AppTwins> StartAsync()
    {
        Uri? shadow = null;
        return new AppTwins
        {
            ShadowAddress = address =>
            {
                shadow = new Uri(address);
                return Task.FromResult("http://orders");
            },
            Configure = builder =>
            {
                builder.Configuration.AddInMemoryCollection([new("services:orders:http:0", shadow!.Authority)]);
                builder.Services.AddServiceDiscovery();
            },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient("v2", client => client.AddServiceDiscovery()),
            App = app =>
            {
                app.MapGet("/orders/{id}", (string id) => new Order(id, 1));
                app.MapPost("/orders", (Order order) => order);
            },
        }.StartAsync(Token);
    }
}
