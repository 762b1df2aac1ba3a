namespace ShadowMiddleware.Tests.Configuration;

public class UnknownKeyTests
{
    [Theory]
    [InlineData("Percents", "Percent")]
    [InlineData("Percnt", "Percent")]
    [InlineData("precent", "Percent")]
    [InlineData("Adress", "Address")]
    [InlineData("RemoveHeader", "RemoveHeaders")]
    [InlineData("SetHeader", "SetHeaders")]
    [InlineData("MaxBodyByte", "MaxBodyBytes")]
    [InlineData("MaxConcurency", "MaxConcurrency")]
    [InlineData("QueueTimeOuts", "QueueTimeout")]
    [InlineData("Write", "Writes")]
    [InlineData("CircuitBreakers", "CircuitBreaker")]
    public void ShadowKey_Misspelt_NamesTheNearest(string key, string nearest)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"{key}\": \"hush-hush\"")));

        Assert.Equal($"TrafficMirroring:Shadows:v2:{key}: there is no such key; did you mean '{nearest}'?", fault);
    }

    [Fact]
    public void ShadowKey_LikeNone_ListsTheKeys()
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadow("\"Password\": \"hush-hush\"")));

        Assert.StartsWith(
            "TrafficMirroring:Shadows:v2:Password: there is no such key; the keys here are Address, Percent, ",
            fault,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("hush-hush", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("RampPercents", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Enable", "did you mean 'Enabled'?")]
    [InlineData("Shadow", "did you mean 'Shadows'?")]
    [InlineData("Percent", "it belongs to a shadow: Shadows:<name>.")]
    [InlineData("Address", "it belongs to a shadow: Shadows:<name>.")]
    [InlineData("FailureRatio", "it belongs to a shadow's CircuitBreaker.")]
    [InlineData(
        "Zzz",
        "the keys here are Enabled, TagHeader, MaxBufferedBytes, DrainTimeout, IncludeInHttpClientMetrics, Protection, Shadows."
    )]
    public void TopLevelKey_Unknown_SaysWhatIsMeant(string key, string mend)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithTopLevel($"\"{key}\": 1")));

        Assert.Equal($"TrafficMirroring:{key}: there is no such key; {mend}", fault);
    }

    [Theory]
    [InlineData("FailureRate", "did you mean 'FailureRatio'?")]
    [InlineData("Percent", "it belongs to a shadow: Shadows:<name>.")]
    [InlineData("Enabled", "it belongs at the top, beside Shadows.")]
    public void BreakerKey_Unknown_SaysWhatIsMeant(string key, string mend)
    {
        var fault = Assert.Single(
            Sources.FaultsOf(
                Sources.WithShadow(
                    $$"""
                    "CircuitBreaker": { "{{key}}": 1 }
                    """
                )
            )
        );

        Assert.Equal($"TrafficMirroring:Shadows:v2:CircuitBreaker:{key}: there is no such key; {mend}", fault);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{ \"Nested\": \"hush-hush\" }")]
    [InlineData("[\"hush-hush\"]")]
    public void Key_Unknown_IsAFaultWhateverItHolds(string json)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithTopLevel($"\"Zzz\": {json}")));

        Assert.StartsWith("TrafficMirroring:Zzz: there is no such key;", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_WithALineBreak_CannotForgeALine()
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithTopLevel("\"Zzz\\r\\nforged\": 1")));

        Assert.StartsWith("TrafficMirroring:Zzz\\u000d\\u000aforged: ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }
}
