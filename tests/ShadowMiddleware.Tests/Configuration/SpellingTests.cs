namespace ShadowMiddleware.Tests.Configuration;

/// <summary>Names that are equal but for case.</summary>
public class SpellingTests
{
    [Theory]
    [InlineData("v2", "V2")]
    [InlineData("V2", "v2")]
    public void Shadows_InOneFile_AreAFault(string first, string second)
    {
        var faults = Sources.FaultsOf(
            Sources.WithShadows($$"""{ "{{first}}": { "Address": "http://a" }, "{{second}}": { "Percent": 5 } }""")
        );

        Assert.Contains(
            "'V2' and 'v2' differ only in case, and configuration merges such keys; rename or remove one.",
            Assert.Single(faults),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Objects_InOneShadow_AreAFault()
    {
        var fault = Assert.Single(
            Sources.FaultsOf(
                Sources.WithShadow(
                    """
                    "CircuitBreaker": { "FailureRatio": 0.1 }, "circuitBreaker": { "MinimumThroughput": 5 }
                    """
                )
            )
        );

        Assert.StartsWith("TrafficMirroring:Shadows:v2:CircuitBreaker: ", fault, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("differ only in case", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_OfTheTopLevel_AreAFault()
    {
        var fault = Assert.Single(
            Sources.FaultsOf(
                """{ "TrafficMirroring": { "Shadows": { "v2": { "Address": "http://a" } }, "shadows": { "v3": { "Address": "http://b" } } } }"""
            )
        );

        Assert.Contains("'Shadows' and 'shadows' differ only in case", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_OfTwoFiles_OverrideEachOther()
    {
        var root = Sources.Json(
            Sources.WithShadow(""),
            """{ "TrafficMirroring": { "SHADOWS": { "v2": { "PERCENT": 50 } } } }"""
        );

        Assert.Equal(
            50,
            Assert
                .Single(ShadowMiddleware.Configuration.ConfigurationLoader.Load([Sources.Source(root)]).Shadows)
                .Percent
        );
    }

    [Fact]
    public void Shadows_OfCode_AreAFault()
    {
        var faults = Sources.FaultsOf(options =>
        {
            options.Shadows["v2"] = new() { Address = "http://a" };
            options.Shadows["V2"] = new() { Address = "http://b" };
        });

        Assert.Contains("'v2' and 'V2' differ only in case", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void SetHeaders_OfCode_AreAFault()
    {
        var faults = Sources.FaultsOfShadow(shadow =>
        {
            shadow.SetHeaders["X-Team"] = "hush-hush";
            shadow.SetHeaders["x-team"] = "hush-hush";
            shadow.SetHeaders["X-Other"] = "hush-hush";
            shadow.SetHeaders["X-OTHER"] = "hush-hush";
        });

        Assert.Equal(2, faults.Length);
        Assert.StartsWith(
            "Shadows:shadow:SetHeaders:X-Team: 'X-Team' and 'x-team' differ only in case",
            faults[0],
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("hush-hush", string.Concat(faults), StringComparison.Ordinal);
    }
}
