using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public class DefaultsTests
{
    [Fact]
    public void TopLevel_WithAddressOnly_HasTheDefaultsOfTheContract()
    {
        var configuration = Sources.Load(Sources.WithTopLevel(""));

        Assert.True(configuration.Enabled);
        Assert.Equal("X-Shadow-Request", configuration.TagHeader);
        Assert.Equal(67108864, configuration.MaxBufferedBytes);
        Assert.Equal(new TimeSpan(0, 0, 5), configuration.DrainTimeout);
        Assert.True(configuration.ProtectionEnabled);
        Assert.False(configuration.IncludeInHttpClientMetrics);
    }

    [Fact]
    public void Shadow_WithAddressOnly_HasTheDefaultsOfTheContract() => AssertDefaults(Sources.LoadShadow(""));

    [Theory]
    [InlineData("Enabled")]
    [InlineData("TagHeader")]
    [InlineData("MaxBufferedBytes")]
    [InlineData("DrainTimeout")]
    [InlineData("SigningKeys")]
    [InlineData("Protection")]
    [InlineData("IncludeInHttpClientMetrics")]
    public void TopLevelKey_Null_IsTheDefault(string key)
    {
        var configuration = Sources.Load(Sources.WithTopLevel($"\"{key}\": null"));

        Assert.True(configuration.Enabled);
        Assert.Equal("X-Shadow-Request", configuration.TagHeader);
        Assert.Equal(67108864, configuration.MaxBufferedBytes);
        Assert.Equal(new TimeSpan(0, 0, 5), configuration.DrainTimeout);
        Assert.True(configuration.ProtectionEnabled);
        Assert.False(configuration.IncludeInHttpClientMetrics);
    }

    [Theory]
    [InlineData("Percent")]
    [InlineData("Writes")]
    [InlineData("RemoveHeaders")]
    [InlineData("SetHeaders")]
    [InlineData("PathFidelity")]
    [InlineData("MaxBodyBytes")]
    [InlineData("QueueCapacity")]
    [InlineData("MaxConcurrency")]
    [InlineData("QueueTimeout")]
    [InlineData("Timeout")]
    [InlineData("HttpVersion")]
    [InlineData("CircuitBreaker")]
    [InlineData("SampleBy")]
    [InlineData("Salt")]
    [InlineData("Until")]
    [InlineData("Rules")]
    [InlineData("HostHeader")]
    [InlineData("HostHeaderTemplate")]
    [InlineData("OrderBy")]
    [InlineData("LaneCapacity")]
    [InlineData("ForwardedHeaders")]
    [InlineData("RedactQuery")]
    [InlineData("RedactForm")]
    [InlineData("RedactJson")]
    [InlineData("RewritePath")]
    [InlineData("MaxRequestsPerSecond")]
    [InlineData("Compare")]
    [InlineData("Verdict")]
    [InlineData("OnVerdictFail")]
    [InlineData("RampPercents")]
    public void ShadowKey_Null_IsTheDefault(string key) => AssertDefaults(Sources.LoadShadow($"\"{key}\": null"));

    [Theory]
    [InlineData("FailureRatio")]
    [InlineData("MinimumThroughput")]
    [InlineData("SamplingDuration")]
    [InlineData("BreakDuration")]
    public void BreakerKey_Null_IsTheDefault(string key) =>
        AssertDefaults(
            Sources.LoadShadow(
                $$"""
                "CircuitBreaker": { "{{key}}": null }
                """
            )
        );

    [Fact]
    public void Address_Null_IsMissing()
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadows("""{ "v2": { "Address": null } }""")));

        Assert.StartsWith("TrafficMirroring:Shadows:v2:Address: it is missing;", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    public void Shadow_NullOrEmpty_HasNoAddress(string shadow)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadows($$"""{ "v2": {{shadow}} }""")));

        Assert.StartsWith("TrafficMirroring:Shadows:v2:Address: it is missing;", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "TrafficMirroring": { "Enabled": true } }""")]
    [InlineData("""{ "TrafficMirroring": { "Shadows": null } }""")]
    [InlineData("""{ "TrafficMirroring": { "Shadows": {} } }""")]
    public void Shadows_AbsentOrEmpty_SaysHowToAddOne(string document)
    {
        var fault = Assert.Single(Sources.FaultsOf(document));

        Assert.StartsWith("TrafficMirroring:Shadows: there is no shadow", fault, StringComparison.Ordinal);
        Assert.Contains("\"Address\"", fault, StringComparison.Ordinal);
        Assert.Contains("options.MirrorTo(", fault, StringComparison.Ordinal);
    }

    private static void AssertDefaults(ShadowConfiguration shadow)
    {
        Assert.Equal("v2", shadow.Name);
        Assert.Equal("http://shadow", shadow.Address);
        Assert.Equal(100, shadow.Percent);
        Assert.Equal(WritePolicy.Mirror, shadow.Writes);
        Assert.Empty(shadow.RemoveHeaders);
        Assert.Empty(shadow.SetHeaders);
        Assert.Null(shadow.Shaping);
        Assert.Equal(PathFidelity.Raw, shadow.PathFidelity);
        Assert.Equal(1048576, shadow.MaxBodyBytes);
        Assert.Equal(1024, shadow.QueueCapacity);
        Assert.Equal(64, shadow.MaxConcurrency);
        Assert.Equal(new TimeSpan(0, 0, 5), shadow.QueueTimeout);
        Assert.Equal(new TimeSpan(0, 0, 10), shadow.Timeout);
        Assert.Equal(new Version(2, 0), shadow.HttpVersion);
        Assert.Equal(HttpVersionPolicy.RequestVersionOrLower, shadow.HttpVersionPolicy);
        Assert.Equal(
            new BreakerConfiguration(0.5, 20, new TimeSpan(0, 0, 30), new TimeSpan(0, 0, 5)),
            shadow.CircuitBreaker
        );
    }
}
