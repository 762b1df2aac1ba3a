using Microsoft.Extensions.Configuration;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public class GoodConfigurationTests
{
    private const string Everything = """
        {
          "TrafficMirroring": {
            "Enabled": false,
            "TagHeader": "X-Copy",
            "MaxBufferedBytes": 8192,
            "DrainTimeout": "00:00:09",
            "Protection": { "Enabled": false },
            "Shadows": {
              "v2": {
                "Address": "https://orders-v2.internal/base",
                "Percent": 12.5,
                "Writes": "Skip",
                "RemoveHeaders": ["Cookie", "Authorization"],
                "SetHeaders": { "Authorization": "Bearer for-the-shadow", "X-Empty": "" },
                "HostHeader": "OriginalWithShadowSuffix",
                "ForwardedHeaders": "Append",
                "RedactQuery": ["token"],
                "RedactForm": ["password"],
                "RedactJson": ["/card/number", "/items/*/secret"],
                "RewritePath": { "Pattern": "^/api/(.*)$", "Replacement": "/v2/$1" },
                "PathFidelity": "Canonical",
                "MaxBodyBytes": 4096,
                "QueueCapacity": 10,
                "MaxConcurrency": 3,
                "MaxRequestsPerSecond": 7.5,
                "QueueTimeout": "00:00:01",
                "Timeout": "00:00:02.5",
                "HttpVersion": "1.1",
                "CircuitBreaker": {
                  "FailureRatio": 0.25, "MinimumThroughput": 5, "SamplingDuration": "00:01:00", "BreakDuration": "00:00:07"
                }
              },
              "v3": { "Address": "http://v3", "MaxBodyBytes": 0 }
            }
          }
        }
        """;

    [Fact]
    public void EveryKey_IsRead()
    {
        var configuration = Sources.Load(Everything);

        Assert.False(configuration.Enabled);
        Assert.Equal("X-Copy", configuration.TagHeader);
        Assert.Equal(8192, configuration.MaxBufferedBytes);
        Assert.Equal(TimeSpan.FromSeconds(9), configuration.DrainTimeout);
        Assert.False(configuration.ProtectionEnabled);
        Assert.Equal(["v2", "v3"], configuration.Shadows.Select(shadow => shadow.Name));

        var v2 = configuration.Shadows[0];
        Assert.Equal("https://orders-v2.internal/base", v2.Address);
        Assert.Equal(12.5, v2.Percent);
        Assert.Equal(WritePolicy.Skip, v2.Writes);
        Assert.Equal(["Authorization", "Cookie"], v2.RemoveHeaders.Order(StringComparer.Ordinal));
        Assert.Equal(
            [new("Authorization", "Bearer for-the-shadow"), new("X-Empty", "")],
            v2.SetHeaders.OrderBy(header => header.Key, StringComparer.Ordinal)
        );
        Assert.Equal(HostHeaderMode.OriginalWithShadowSuffix, v2.Shaping!.HostHeader);
        Assert.Equal(ForwardedHeadersMode.Append, v2.Shaping.ForwardedHeaders);
        Assert.True(v2.Shaping.Redaction!.Query!.Contains("token"));
        Assert.True(v2.Shaping.Redaction.Form!.Contains("password"));
        Assert.Equal(2, v2.Shaping.Redaction.Json!.Value.Length);
        Assert.Equal("^/api/(.*)$", v2.Shaping.RewritePath!.Pattern.ToString());
        Assert.Equal("/v2/$1", v2.Shaping.RewritePath.Replacement);
        Assert.Null(v2.Shaping.BearerTokenProvider);
        Assert.Equal(PathFidelity.Canonical, v2.PathFidelity);
        Assert.Equal(4096, v2.MaxBodyBytes);
        Assert.Equal(10, v2.QueueCapacity);
        Assert.Equal(3, v2.MaxConcurrency);
        Assert.Equal(7.5, v2.MaxRequestsPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(1), v2.QueueTimeout);
        Assert.Equal(TimeSpan.FromSeconds(2.5), v2.Timeout);
        Assert.Equal(new Version(1, 1), v2.HttpVersion);
        Assert.Equal(
            new BreakerConfiguration(0.25, 5, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(7)),
            v2.CircuitBreaker
        );
    }

    [Fact]
    public void Keys_InAnyCase_AreRead()
    {
        var configuration = Sources.Load(
            """{ "trafficmirroring": { "ENABLED": "false", "shadows": { "v2": { "address": "http://h", "percent": 5 } } } }"""
        );

        Assert.False(configuration.Enabled);
        Assert.Equal(5, Assert.Single(configuration.Shadows).Percent);
    }

    [Fact]
    public void Root_AsTheSection_HasNoPrefix()
    {
        var good = Sources.Json("""{ "Shadows": { "v2": { "Address": "http://h" } } }""");
        var bad = Sources.Json("""{ "Shadows": { "v2": { "Address": "http://h", "Percent": 101 } } }""");

        Assert.Single(ConfigurationLoader.Load([new SectionSource(good)]).Shadows);
        Assert.StartsWith(
            "Shadows:v2:Percent: 101 is out of range;",
            Assert.Single(Sources.FaultsOf(new SectionSource(bad))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void WholeConfiguration_AsTheSection_SaysSoInsteadOfListingEveryKey()
    {
        var root = Sources.Json(
            Everything,
            """{ "TrafficMirroring": { "Enabled": true }, "Logging": {}, "PATH": "/bin" }"""
        );

        var fault = Assert.Single(
            Sources.FaultsOf(new SectionSource(root)),
            fault => !fault.StartsWith("Shadows", StringComparison.Ordinal)
        );

        Assert.Contains("configuration.GetSection(\"TrafficMirroring\")", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void NestedSection_HasItsWholePathAsPrefix()
    {
        var root = Sources.Json("""{ "App": { "Mirror": { "Shadows": { "v2": {} } } } }""");

        var fault = Assert.Single(Sources.FaultsOf(new SectionSource(root.GetSection("App:Mirror"))));

        Assert.StartsWith("App:Mirror:Shadows:v2:Address: ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void LaterFile_OverridesSingleKeys()
    {
        var root = Sources.Json(
            Sources.WithShadow("\"Percent\": 5, \"QueueCapacity\": 7"),
            """{ "TrafficMirroring": { "Shadows": { "v2": { "Percent": 50 } } } }"""
        );

        var shadow = Assert.Single(ConfigurationLoader.Load([Sources.Source(root)]).Shadows);

        Assert.Equal(50, shadow.Percent);
        Assert.Equal(7, shadow.QueueCapacity);
    }

    [Fact]
    public void SetHeaders_NamedInRemoveHeadersToo_IsAllowed()
    {
        var shadow = Sources.LoadShadow(
            """
            "RemoveHeaders": ["Authorization"], "SetHeaders": { "Authorization": "x" }
            """
        );

        Assert.Equal("Authorization", Assert.Single(shadow.RemoveHeaders));
        Assert.Same(StringComparer.OrdinalIgnoreCase, shadow.RemoveHeaders.Comparer);
        Assert.Equal("x", Assert.Single(shadow.SetHeaders).Value);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    public void RemoveHeaders_Empty_RemovesNothing(string json) =>
        Assert.Empty(Sources.LoadShadow($"\"RemoveHeaders\": {json}").RemoveHeaders);
}
