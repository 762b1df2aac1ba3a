using System.Text.RegularExpressions;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Fuzzer.Plans;

namespace ShadowMiddleware.Tests.Fuzzing;

/// <summary>What the fuzzer promises of its configurations: that a seed makes them again, and that every key is among them.</summary>
public class PlanGeneratorTests
{
    // What a run of a few minutes tries.
    private const int Rounds = 200;

    private static readonly Lazy<string[]> Drawn = new(() =>
    {
        var generator = new PlanGenerator(7);
        return
        [
            .. Enumerable
                .Range(0, Rounds)
                .SelectMany(round => Enumerable.Range(0, 2).Select(shadow => $"{generator.Create(round, shadow)}")),
        ];
    });

    [Fact]
    public void Create_SameSeed_MakesTheSamePlans()
    {
        var first = new PlanGenerator(20_260_101);
        var second = new PlanGenerator(20_260_101);

        Assert.All(
            Enumerable.Range(0, Rounds),
            round => Assert.Equal($"{first.Create(round, 1)}", $"{second.Create(round, 1)}")
        );
        Assert.NotEqual($"{first.Create(0, 0)}", $"{first.Create(0, 1)}");
        Assert.Equal(
            Enumerable.Range(0, Rounds).Select(first.CreateReloads),
            Enumerable.Range(0, Rounds).Select(second.CreateReloads)
        );
    }

    [Fact]
    public void CreateReloads_ManyRounds_DrawsEachKindAloneBothAndNone()
    {
        var drawn = Enumerable.Range(0, Rounds).Select(new PlanGenerator(7).CreateReloads);

        Assert.Equal(4, drawn.Distinct().Count());
    }

    [Fact]
    public void Create_ManyRounds_MakesNoPlanThatIsRefused()
    {
        var generator = new PlanGenerator(7);

        var options = Enumerable
            .Range(0, 1_000)
            .Select(round =>
                PlannedOptions.Apply(generator.Create(round, 0), new ShadowOptions { Address = "http://shadow.test" })
            );

        Assert.All(options, shadow => ConfigurationLoader.Load([new CodeSource(all => all.Shadows["a"] = shadow)]));
    }

    [Fact]
    public void Create_ManyRounds_LetsSomeShadowsCopyAll() =>
        Assert.Contains(Drawn.Value, plan => plan.StartsWith("{\"Percent\":100,", StringComparison.Ordinal));

    [Theory]
    [InlineData("^{\"Percent\":[1-9][0-9.]+,(?<!100,)")]
    [InlineData("\"SampleBy\":\"Random\"")]
    [InlineData("\"SampleBy\":\"TraceId\"")]
    [InlineData("\"SampleBy\":\"Header:")]
    [InlineData("\"SampleBy\":\"Cookie:")]
    [InlineData("\"SampleBy\":\"Claim:")]
    [InlineData("\"Salt\":\"")]
    [InlineData("\"Until\":\"2001")]
    [InlineData("\"Until\":\"2199")]
    [InlineData("\"Writes\":1")]
    [InlineData("\"Methods\":\\[\"")]
    [InlineData("\"Hosts\":\\[\"")]
    [InlineData("\"Paths\":\\[\"")]
    [InlineData("\"Field\":\"")]
    [InlineData("\"Preview\":\"")]
    [InlineData("\"Percent\":0,\"TreatAsRead\"")]
    [InlineData("\"TreatAsRead\":true")]
    [InlineData("\"PathFidelity\":1")]
    [InlineData("\"MaxRequestsPerSecond\":5")]
    [InlineData("\"ResponseStatus\":\\[\"[^\\]]*xx\"")]
    [InlineData("\"ResponseStatus\":\\[[^\\]]*\"404\"")]
    [InlineData("\"HasWhen\":true")]
    [InlineData("\"HasWhenResponse\":true")]
    [InlineData("\"RemoveHeaders\":\\[\"")]
    [InlineData("\"SetHeaders\":{\"")]
    [InlineData("\"HostHeader\":1")]
    [InlineData("\"HostHeader\":2")]
    [InlineData("\"ForwardedHeaders\":1")]
    [InlineData("\"RedactQuery\":\\[\"")]
    [InlineData("\"RedactForm\":\\[\"")]
    [InlineData("\"RedactJson\":\\[\"")]
    [InlineData("\"RewritePath\":{")]
    [InlineData("\"IsPaused\":true")]
    [InlineData("\"PauseFlips\":true")]
    [InlineData("\"Ceiling\":[0-9]{1,2},")]
    [InlineData("\"CeilingFlips\":true")]
    public void Create_ManyRounds_DrawsEveryKey(string pattern)
    {
        var regex = new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(30));

        Assert.True(Array.Exists(Drawn.Value, regex.IsMatch), $"No plan with {pattern}.");
    }
}
