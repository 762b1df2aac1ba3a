namespace ShadowMiddleware.Configuration;

/// <summary>Every default of the contract, and the values that other rooms need. Bounds stand in the tables of keys.</summary>
internal static class TrafficMirroringDefaults
{
    public const bool Enabled = true;
    public const string TagHeader = "X-Shadow-Request";
    public const string ShadowName = "shadow";
    public const long MaxBufferedBytes = 64 * 1024 * 1024;
    public static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    public const bool ProtectionEnabled = true;

    public const double Percent = 100;
    public const string SampleBy = nameof(SampleKeyKind.Random);
    public const WritePolicy Writes = WritePolicy.Mirror;
    public const PathFidelity PathFidelity = ShadowMiddleware.PathFidelity.Raw;
    public const HostHeaderMode HostHeader = HostHeaderMode.Destination;
    public const ForwardedHeadersMode ForwardedHeaders = ForwardedHeadersMode.None;

    // A pattern cannot run away; this is for a machine that has no time.
    public static readonly TimeSpan RewriteTimeout = TimeSpan.FromMilliseconds(100);
    public const long MaxBodyBytes = 1024 * 1024;
    public const int QueueCapacity = 1024;
    public const int MaxConcurrency = 64;
    public const int MaxMaxConcurrency = 1024;
    public static readonly TimeSpan QueueTimeout = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public const double BreakerFailureRatio = 0.5;
    public const int BreakerMinimumThroughput = 20;
    public static readonly TimeSpan BreakerSamplingDuration = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan BreakerBreakDuration = TimeSpan.FromSeconds(5);
}
