using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.AspNetCore;

/// <summary>Health checks as an endpoint and as middleware; an endpoint can be kept out of the mirror.</summary>
public sealed class HealthCheckTests : NeighbourTest
{
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Checks_AreAnsweredTheSame(Wire wire)
    {
        await using var twins = await new AppTwins
        {
            Configure = builder =>
                builder
                    .Services.AddHealthChecks()
                    .AddCheck("well", () => HealthCheckResult.Healthy())
                    .AddCheck("ill", () => HealthCheckResult.Unhealthy(), ["ready"]),
            Front = app => app.UseHealthChecks("/in-front"),
            App = app =>
            {
                app.UseHealthChecks("/behind");
                app.MapHealthChecks("/ready");
                app.MapHealthChecks("/quiet").DisableTrafficMirroring();
            },
        }.StartAsync(Token);

        foreach (var target in (string[])["/in-front", "/behind", "/ready", "/quiet"])
        {
            var answer = await twins.AskBothAsync(wire, WireRequest.Get(target), Token);
            Assert.Equal((target, 503, "Unhealthy"), (target, answer.Status, answer.BodyText));
        }

        await twins.AssertCopiesAsync([WireRequest.Get("/behind"), WireRequest.Get("/ready")], Token);
        await twins.AssertSettledAsync("seen 3, skipped.endpoint 1, completed.2xx 2", Token);
    }
}
