using System.Collections.Frozen;
using System.Net;

namespace ShadowMiddleware.Configuration;

/// <summary>Turns checked options into the snapshot that requests read. Nothing of it is shared with the options: those belong to their author.</summary>
internal static class ConfigurationCompiler
{
    public static MirroringConfiguration Compile(TrafficMirroringOptions options) =>
        new()
        {
            Enabled = options.Enabled,
            TagHeader = options.TagHeader,
            MaxBufferedBytes = options.MaxBufferedBytes,
            DrainTimeout = options.DrainTimeout,
            IncludeInHttpClientMetrics = options.IncludeInHttpClientMetrics,
            ProtectionEnabled = options.Protection.Enabled,
            Shadows = [.. options.Shadows.Select(shadow => Compile(shadow.Key, shadow.Value))],
        };

    private static ShadowConfiguration Compile(string name, ShadowOptions shadow)
    {
        var (version, policy) = ParseVersion(shadow.HttpVersion);
        var breaker = shadow.CircuitBreaker;
        return new()
        {
            Name = name,
            Address = Normalize(shadow.Address),
            Percent = shadow.Percent,
            IsPercentWritten = shadow.PercentIfSet is not null,
            SampleBy = ParseSampleKey(shadow.SampleBy),
            Salt = shadow.Salt ?? name,
            Until = shadow.Until,
            Writes = shadow.Writes,
            Choice = RuleCompiler.Compile(shadow),
            HasHostRule = RuleCompiler.BoundsHosts(shadow),
            RemoveHeaders = shadow.RemoveHeaders.ToFrozenSet(StringComparer.OrdinalIgnoreCase),
            SetHeaders = [.. shadow.SetHeaders],
            Shaping = ShapingCompiler.Compile(shadow),
            PathFidelity = shadow.PathFidelity,
            MaxBodyBytes = shadow.MaxBodyBytes,
            QueueCapacity = shadow.QueueCapacity,
            MaxConcurrency = shadow.MaxConcurrency,
            MaxRequestsPerSecond = shadow.MaxRequestsPerSecond,
            QueueTimeout = shadow.QueueTimeout,
            Timeout = shadow.Timeout,
            HttpVersion = version,
            HttpVersionPolicy = policy,
            CircuitBreaker = new(
                breaker.FailureRatio,
                breaker.MinimumThroughput,
                breaker.SamplingDuration,
                breaker.BreakDuration
            ),
        };
    }

    private static string Normalize(string? address) =>
        AddressRules.TryNormalize(address ?? "", out var normalized, out var fault)
            ? normalized
            : throw new InvalidOperationException($"Options are compiled after they were checked, and yet: {fault}");

    private static SampleKey ParseSampleKey(string text) =>
        SampleKey.TryParse(text, out var key, out var fault)
            ? key
            : throw new InvalidOperationException($"Options are compiled after they were checked, and yet: {fault}");

    // Without TLS there is no negotiation, and "or lower" means 1.1; the exact versions hold for http addresses as well.
    private static (Version, HttpVersionPolicy) ParseVersion(string? version) =>
        version switch
        {
            null => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower),
            "1.1" => (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact),
            "2" => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact),
            _ => throw new InvalidOperationException("Options are compiled after they were checked."),
        };
}
