using System.Globalization;

namespace ShadowMiddleware.Configuration;

/// <summary>The keys of the contract at each level, and how the path of a key is written.</summary>
internal static class OptionKeys
{
    public static readonly KeySet TopLevel = new(
        Built:
        [
            nameof(TrafficMirroringOptions.Enabled),
            nameof(TrafficMirroringOptions.TagHeader),
            nameof(TrafficMirroringOptions.MaxBufferedBytes),
            nameof(TrafficMirroringOptions.DrainTimeout),
            nameof(TrafficMirroringOptions.Protection),
            nameof(TrafficMirroringOptions.Shadows),
        ],
        Unbuilt: ["SigningKeys"]
    );

    public static readonly KeySet Protection = new(Built: [nameof(ProtectionOptions.Enabled)], Unbuilt: []);

    public static readonly KeySet Shadow = new(
        Built:
        [
            nameof(ShadowOptions.Address),
            nameof(ShadowOptions.Percent),
            nameof(ShadowOptions.SampleBy),
            nameof(ShadowOptions.Salt),
            nameof(ShadowOptions.Until),
            nameof(ShadowOptions.Rules),
            nameof(ShadowOptions.Writes),
            nameof(ShadowOptions.RemoveHeaders),
            nameof(ShadowOptions.SetHeaders),
            nameof(ShadowOptions.HostHeader),
            nameof(ShadowOptions.ForwardedHeaders),
            nameof(ShadowOptions.RedactQuery),
            nameof(ShadowOptions.RedactForm),
            nameof(ShadowOptions.RedactJson),
            nameof(ShadowOptions.RewritePath),
            nameof(ShadowOptions.PathFidelity),
            nameof(ShadowOptions.MaxBodyBytes),
            nameof(ShadowOptions.QueueCapacity),
            nameof(ShadowOptions.MaxConcurrency),
            nameof(ShadowOptions.MaxRequestsPerSecond),
            nameof(ShadowOptions.QueueTimeout),
            nameof(ShadowOptions.Timeout),
            nameof(ShadowOptions.HttpVersion),
            nameof(ShadowOptions.CircuitBreaker),
        ],
        Unbuilt: ["Compare", "Verdict", "OnVerdictFail", "RampPercents"]
    );

    public static readonly KeySet CircuitBreaker = new(
        Built:
        [
            nameof(CircuitBreakerOptions.FailureRatio),
            nameof(CircuitBreakerOptions.MinimumThroughput),
            nameof(CircuitBreakerOptions.SamplingDuration),
            nameof(CircuitBreakerOptions.BreakDuration),
        ],
        Unbuilt: []
    );

    public static readonly KeySet Rule = new(
        Built:
        [
            nameof(MirroringRule.Methods),
            nameof(MirroringRule.Hosts),
            nameof(MirroringRule.Paths),
            nameof(MirroringRule.Headers),
            nameof(MirroringRule.Query),
            nameof(MirroringRule.Percent),
            nameof(MirroringRule.ResponseStatus),
        ],
        Unbuilt: []
    );

    public static readonly KeySet RewritePath = new(
        Built: [nameof(PathRewriteOptions.Pattern), nameof(PathRewriteOptions.Replacement)],
        Unbuilt: []
    );

    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}:{key}";

    public static string ForShadow(string name) =>
        Join(nameof(TrafficMirroringOptions.Shadows), SecretMask.Escape(name));

    public static string ForRule(string shadowPath, int index) =>
        Join(Join(shadowPath, nameof(ShadowOptions.Rules)), index.ToString(CultureInfo.InvariantCulture));

    // Whoever writes "Name: value" into the name must not find the value in a log.
    public static string ForHeader(string path, string name) => Join(path, SecretMask.Name(name));
}
