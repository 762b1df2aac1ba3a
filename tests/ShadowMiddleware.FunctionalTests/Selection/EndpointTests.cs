using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Selection;

public sealed class EndpointTests : FunctionalTest
{
    [Fact]
    public async Task Endpoints_SayWhatIsCopied()
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var other = await new RecordingShadow().StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address, ["v3"] = other.Address },
            Settings = { ["Shadows:v2:Rules:0:Percent"] = "0", ["Shadows:v3:Percent"] = "0" },
            ConfigureServices = services => services.AddHealthChecks(),
            App = app =>
            {
                app.MapGet("/both", () => "both").WithTrafficMirroring(percent: 100);
                app.MapGet("/one", () => "one").WithTrafficMirroring("v2", percent: 100);
                app.MapGet("/none", () => "none").WithTrafficMirroring(percent: 0);
                app.MapGet("/attribute", [TrafficMirroring("v3", 100)] () => "attribute");
                app.MapGet("/plain", () => "plain");
                app.MapHealthChecks("/health").DisableTrafficMirroring();
                var group = app.MapGroup("/closed").DisableTrafficMirroring();
                group.MapGet("/open", () => "open").WithTrafficMirroring(percent: 100);
            },
        }.StartAsync(Token);

        foreach (var target in new[] { "/both", "/one", "/none", "/attribute", "/plain", "/health", "/closed/open" })
        {
            await environment.Primary.ExchangeAsync(RawRequest.Get(target), Token);
        }

        await environment.WaitUntilAsync(
            snapshot =>
                LedgerAssert.Describe(snapshot.Shadows["v2"]) is Chosen
                && LedgerAssert.Describe(snapshot.Shadows["v3"]) is ChosenByName,
            Token
        );
        Assert.Equal(["/both", "/one"], await TargetsAsync(shadow, 2));
        Assert.Equal(["/attribute", "/both"], await TargetsAsync(other, 2));
    }

    // The two that no endpoint chooses, /attribute and /plain, are for the rule of v2; of v3, /one and /plain for its percent.
    private const string Chosen = "seen 7, skipped.endpoint 3, skipped.rule 2, completed.2xx 2";
    private const string ChosenByName = "seen 7, skipped.endpoint 3, skipped.not_sampled 2, completed.2xx 2";

    private async Task<IEnumerable<string>> TargetsAsync(RecordingShadow shadow, int count)
    {
        var targets = new List<string>();
        for (var i = 0; i < count; i++)
        {
            targets.Add((await shadow.NextAsync(Token)).Target);
        }

        return targets.Order(StringComparer.Ordinal);
    }
}
