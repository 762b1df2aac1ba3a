using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

/// <summary>What the log says that a reload has changed.</summary>
public sealed class ReloadedValuesTests
{
    private const string V2 = "Shadows:v2:";

    [Theory]
    [InlineData("\"Percent\": 5", "\"Percent\": 12.5", $"{V2}Percent: 5 -> 12.5")]
    [InlineData("", "\"Writes\": \"Skip\"", $"{V2}Writes: Mirror -> Skip")]
    [InlineData("", "\"Timeout\": \"00:00:20\"", $"{V2}Timeout: 00:00:10 -> 00:00:20")]
    [InlineData("", "\"MaxRequestsPerSecond\": 10", $"{V2}MaxRequestsPerSecond: null -> 10")]
    [InlineData("", "\"SampleBy\": \"TraceId\"", $"{V2}SampleBy: 'Random' -> 'TraceId'")]
    [InlineData("", "\"CircuitBreaker\": { \"FailureRatio\": 0.25 }", $"{V2}CircuitBreaker:FailureRatio: 0.5 -> 0.25")]
    [InlineData(
        "",
        "\"RewritePath\": { \"Pattern\": \"^/a\", \"Replacement\": \"/b\" }",
        $"{V2}RewritePath:Pattern: null -> '^/a'; {V2}RewritePath:Replacement: null -> '/b'"
    )]
    [InlineData("", "\"Salt\": \"hush-hush\"", $"{V2}Salt")]
    [InlineData("\"SetHeaders\": { \"A\": \"hush-hush\" }", "\"SetHeaders\": { \"A\": \"hush\" }", $"{V2}SetHeaders")]
    [InlineData("\"RemoveHeaders\": [\"A\", \"B\"]", "\"RemoveHeaders\": [\"B\", \"A\"]", $"{V2}RemoveHeaders")]
    [InlineData("", "\"RedactJson\": [\"/card\"]", $"{V2}RedactJson")]
    [InlineData(
        "\"Rules\": [{ \"Paths\": [\"/a\"], \"Headers\": { \"A\": \"hush-hush\" } }]",
        "\"Rules\": [{ \"Paths\": [\"/a\"], \"Headers\": { \"A\": \"hush\" } }]",
        $"{V2}Rules"
    )]
    [InlineData("\"Percent\": 5", "\"Percent\": 5.0", "no key")]
    public void AKeyOfAShadow_IsNamedWithItsValuesUnlessTheyMayBeSecret(string before, string after, string expected)
    {
        var changes = Describe(Sources.WithShadow(before), Sources.WithShadow(after));

        Assert.Equal(expected, changes);
        Assert.DoesNotContain("hush", changes, StringComparison.Ordinal);
    }

    [Fact]
    public void KeysAtTheTop_AndShadowsThatComeAndGo_AreNamed() =>
        Assert.Equal(
            "Enabled: true -> false; Protection:Enabled: true -> false; Shadows:v3 (added); Shadows:v2 (removed)",
            Describe(
                Sources.WithTopLevel(""),
                """
                {
                  "TrafficMirroring": {
                    "Enabled": false,
                    "Protection": { "Enabled": false },
                    "Shadows": { "v3": { "Address": "http://other" } }
                  }
                }
                """
            )
        );

    [Fact]
    public void ManyLongChanges_AreCutShort()
    {
        var before = string.Join(',', Enumerable.Range(0, 50).Select(index => Shadow(index, 'a')));
        var after = string.Join(',', Enumerable.Range(0, 50).Select(index => Shadow(index, 'b')));

        var changes = Describe(Sources.WithShadows($$"""{ {{before}} }"""), Sources.WithShadows($$"""{ {{after}} }"""));

        Assert.InRange(changes.Length, 500, 2050);
        Assert.Matches(@"; and \d+ more$", changes);

        static string Shadow(int index, char letter) =>
            $$"""
                "v{{index}}": { "Address": "http://shadow/{{new string(letter, 1000)}}" }
                """;
    }

    private static string Describe(string before, string after) => Load(after).DescribeChangesSince(Load(before));

    private static OptionValues Load(string document) =>
        ConfigurationLoader.Load([Sources.Source(document)], last: null).Values;
}
