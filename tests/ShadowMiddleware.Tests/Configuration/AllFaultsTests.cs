using Microsoft.Extensions.Options;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public class AllFaultsTests
{
    private const string Bad = """
        {
          "TrafficMirroring": {
            "Enabled": "yes",
            "TagHeader": "Authorization",
            "MaxBufferedBytes": "64MB",
            "DrainTimeout": 5,
            "SigningKeys": ["hush-hush"],
            "Percent": 20,
            "Shadows": {
              "v2": {
                "Address": "https://me:hush-hush@orders-v2.internal?key=hush-hush",
                "Percent": "NaN",
                "Writes": "RequireGuard",
                "RemoveHeaders": "Cookie",
                "SetHeaders": { "Host": "hush-hush", "X-Team": "hush-hush\r\n" },
                "PathFidelity": 1,
                "MaxBodyBytes": -1,
                "QueueCapacity": 0,
                "MaxConcurrency": 2000,
                "QueueTimeout": "1:30",
                "Timeout": "00:00:00",
                "HttpVersion": "3",
                "CircuitBreaker": { "FailureRatio": 0, "Ratio": 1 },
                "RedactJson": ["/card", "number"]
              },
              "V3": { "Percent": 101 },
              "v4": "http://v4"
            }
          }
        }
        """;

    private static readonly string[] _keys =
    [
        "Enabled",
        "TagHeader",
        "MaxBufferedBytes",
        "DrainTimeout",
        "SigningKeys",
        "Percent",
        "Shadows:v2:Address",
        "Shadows:v2:Percent",
        "Shadows:v2:Writes",
        "Shadows:v2:RemoveHeaders",
        "Shadows:v2:SetHeaders:Host",
        "Shadows:v2:SetHeaders:X-Team",
        "Shadows:v2:PathFidelity",
        "Shadows:v2:MaxBodyBytes",
        "Shadows:v2:QueueCapacity",
        "Shadows:v2:MaxConcurrency",
        "Shadows:v2:QueueTimeout",
        "Shadows:v2:Timeout",
        "Shadows:v2:HttpVersion",
        "Shadows:v2:CircuitBreaker:FailureRatio",
        "Shadows:v2:CircuitBreaker:Ratio",
        "Shadows:v2:RedactJson:1",
        "Shadows:V3",
        "Shadows:V3:Address",
        "Shadows:V3:Percent",
        "Shadows:v4",
    ];

    [Fact]
    public void Configuration_WithManyFaults_ListsEachKeyExactlyOnce()
    {
        var faults = Sources.FaultsOf(Bad);

        Assert.Equal(
            _keys.Select(key => $"TrafficMirroring:{key}").Order(StringComparer.Ordinal),
            faults.Select(fault => fault[..fault.IndexOf(": ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Exception_IsOneReadableTextWithoutSecrets()
    {
        var exception = Assert.Throws<TrafficMirroringConfigurationException>(() => Sources.Load(Bad));

        var lines = exception.Message.Split(Environment.NewLine);
        Assert.Equal("The configuration of traffic mirroring has 26 faults:", lines[0]);
        Assert.Equal(exception.Failures.Select(fault => $"  - {fault}"), lines[1..]);
        Assert.DoesNotContain("hush-hush", exception.ToString(), StringComparison.Ordinal);
        Assert.IsAssignableFrom<OptionsValidationException>(exception);
        Assert.Equal(typeof(TrafficMirroringOptions), exception.OptionsType);
    }

    [Fact]
    public void Exception_WithOneFault_SaysSo()
    {
        var exception = Assert.Throws<TrafficMirroringConfigurationException>(() =>
            Sources.Load(Sources.WithShadows("{}"))
        );

        Assert.StartsWith(
            "The configuration of traffic mirroring has a fault:",
            exception.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void EveryFault_SaysWhatToWrite()
    {
        string[] mends =
        [
            "write ",
            "remove ",
            "did you mean ",
            "it belongs ",
            "the keys here are ",
            "lower it ",
            "rename ",
        ];

        Assert.All(
            Sources.FaultsOf(Bad),
            fault => Assert.Contains(mends, mend => fault.Contains(mend, StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Faults_OfSectionAndCode_AreListedTogether()
    {
        var faults = Sources.FaultsOf(
            Sources.Source(Sources.WithShadow("\"Percent\": \"x\"")),
            new CodeSource(options => options.Shadows["v2"].QueueCapacity = 0)
        );

        Assert.Equal(2, faults.Length);
        Assert.StartsWith("TrafficMirroring:Shadows:v2:Percent: ", faults[0], StringComparison.Ordinal);
        Assert.StartsWith("TrafficMirroring:Shadows:v2:QueueCapacity: ", faults[1], StringComparison.Ordinal);
    }
}
