extern alias OrdersV1;
extern alias OrdersV2;

using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Clients;

/// <summary>The usual integration test of an app: no server at all, neither for the app nor for its shadow.</summary>
public sealed class WebApplicationFactoryTests : NeighbourTest
{
    [Theory]
    [InlineData(PathFidelity.Canonical)]
    [InlineData(PathFidelity.Raw)]
    public async Task Shadow_IsTheTestServerOfAnotherFactory(PathFidelity fidelity)
    {
        await using var shadow = new WebApplicationFactory<OrdersV2::Program>();
        await using var factory = new WebApplicationFactory<OrdersV1::Program>();
        await using var app = factory.WithWebHostBuilder(host =>
            host.ConfigureTestServices(services =>
                services
                    .AddTrafficMirroring(options =>
                    {
                        options.Protection.Enabled = false;
                        options.Shadows["v2"].PathFidelity = fidelity;
                    })
                    .ConfigureShadowClient(
                        "v2",
                        client => client.ConfigurePrimaryHttpMessageHandler(shadow.Server.CreateHandler)
                    )
            )
        );
        using var client = app.CreateClient();

        using var found = await client.GetAsync("/catalogue?search=a%20b", Token);
        using var missing = await client.GetAsync("/catalogue/no%20such", Token);
        using var posted = await client.PostAsJsonAsync("/orders", new { Customer = "ä" }, Token);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.BadRequest],
            [found.StatusCode, missing.StatusCode, posted.StatusCode]
        );
        const string expected = "seen 3, completed.2xx 1, completed.4xx 2";
        var ledger = app.Services.GetRequiredService<ITrafficMirroringLedger>();
        await Eventually.HoldsAsync(() => Counts(ledger) == expected, () => Counts(ledger), Token);
    }

    private static string Counts(ITrafficMirroringLedger ledger) =>
        LedgerAssert.Describe(ledger.GetSnapshot().Shadows["v2"]);
}
