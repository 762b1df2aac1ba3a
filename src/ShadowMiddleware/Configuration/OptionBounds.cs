using static ShadowMiddleware.Configuration.TrafficMirroringDefaults;

namespace ShadowMiddleware.Configuration;

/// <summary>The bounds of every option that has some. The reader quotes them, the validator enforces them.</summary>
internal static class OptionBounds
{
    public static readonly Bound<long> MaxBufferedBytes = new(
        MinBufferedBytes,
        long.MaxValue,
        "a whole number of bytes, 1 or more, such as 67108864"
    );

    public static readonly Bound<TimeSpan> DrainTimeout = new(
        TimeSpan.Zero,
        MaxDrainTimeout,
        "a time from 00:00:00 to 00:10:00, such as 00:00:05"
    );

    public static readonly Bound<double> Percent = new(0, 100, "a number from 0 to 100, such as 12.5");

    public static readonly Bound<long> MaxBodyBytes = new(
        0,
        long.MaxValue,
        "a whole number of bytes from 0 to MaxBufferedBytes, such as 1048576"
    );

    public static readonly Bound<int> QueueCapacity = new(1, MaxQueueCapacity, "a whole number from 1 to 1000000");

    public static readonly Bound<int> MaxConcurrency = new(1, MaxMaxConcurrency, "a whole number from 1 to 1024");

    public static readonly Bound<double> MaxRequestsPerSecond = new(
        MinRequestsPerSecond,
        MaxMaxRequestsPerSecond,
        "a number from 0.001 to 1000000, such as 100, or remove the key for no limit"
    );

    public static readonly Bound<TimeSpan> QueueTimeout = new(
        MinQueueTimeout,
        MaxDuration,
        "a time from 00:00:00.001 to 1.00:00:00, such as 00:00:05"
    );

    public static readonly Bound<TimeSpan> Timeout = new(
        MinTimeout,
        MaxDuration,
        "a time from 00:00:00.010 to 1.00:00:00, such as 00:00:10"
    );

    // The lower end is excluded, and there is no smaller positive number than Epsilon.
    public static readonly Bound<double> FailureRatio = new(
        double.Epsilon,
        1,
        "a number above 0 and up to 1, such as 0.5"
    );

    public static readonly Bound<int> MinimumThroughput = new(
        MinBreakerThroughput,
        int.MaxValue,
        "a whole number from 2 to 2147483647, such as 20"
    );

    public static readonly Bound<TimeSpan> BreakerDuration = new(
        MinBreakerDuration,
        MaxDuration,
        "a time from 00:00:00.500 to 1.00:00:00, such as 00:00:30"
    );
}
