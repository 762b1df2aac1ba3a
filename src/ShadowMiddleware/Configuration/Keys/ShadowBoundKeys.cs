using Key = ShadowMiddleware.Configuration.Keys.OptionKey<ShadowMiddleware.ShadowOptions>;

namespace ShadowMiddleware.Configuration.Keys;

/// <summary>The keys of a shadow that say what copies may cost.</summary>
internal static class ShadowBoundKeys
{
    private static readonly TimeSpan _maxDuration = TimeSpan.FromDays(1);

    public static readonly Key[] All =
    [
        Key.Integer(
            nameof(ShadowOptions.MaxBodyBytes),
            "The longest body that is copied. A longer one is dropped as `body_too_large`",
            new Bound<long>(0, long.MaxValue, "a whole number of bytes from 0 to MaxBufferedBytes, such as 1048576"),
            shadow => shadow.MaxBodyBytes,
            (shadow, value) => shadow.MaxBodyBytes = value
        ) with
        {
            Range = "`0` to `MaxBufferedBytes`",
            Rule = ShadowValidator.CheckBudget,
        },
        Key.Integer(
            nameof(ShadowOptions.QueueCapacity),
            "How many copies may wait",
            new Bound<int>(1, 1_000_000, "a whole number from 1 to 1000000"),
            shadow => shadow.QueueCapacity,
            (shadow, value) => shadow.QueueCapacity = value
        ),
        Key.Integer(
            nameof(ShadowOptions.MaxConcurrency),
            "How many copies may be on their way at once",
            new Bound<int>(1, TrafficMirroringDefaults.MaxMaxConcurrency, "a whole number from 1 to 1024"),
            shadow => shadow.MaxConcurrency,
            (shadow, value) => shadow.MaxConcurrency = value
        ),
        Key.Number(
            nameof(ShadowOptions.MaxRequestsPerSecond),
            "How many copies a second may be made, with bursts of one second's worth. `null` is no limit. What exceeds it is dropped as `rate_limited`; requests that never become copies do not count",
            new Bound<double>(
                0.001,
                1_000_000,
                "a number from 0.001 to 1000000, such as 100, or remove the key for no limit"
            ),
            shadow => shadow.MaxRequestsPerSecond,
            (shadow, value) => shadow.MaxRequestsPerSecond = value
        ),
        Key.Time(
            nameof(ShadowOptions.QueueTimeout),
            "How long a copy may wait between the end of the primary's work and its send",
            new Bound<TimeSpan>(
                TimeSpan.FromMilliseconds(1),
                _maxDuration,
                "a time from 00:00:00.001 to 1.00:00:00, such as 00:00:05"
            ),
            shadow => shadow.QueueTimeout,
            (shadow, value) => shadow.QueueTimeout = value
        ),
        // The lower bound is that of Polly's TimeoutStrategyOptions.
        Key.Time(
            nameof(ShadowOptions.Timeout),
            "How long a send may take, connecting and the whole response included",
            new Bound<TimeSpan>(
                TimeSpan.FromMilliseconds(10),
                _maxDuration,
                "a time from 00:00:00.010 to 1.00:00:00, such as 00:00:10"
            ),
            shadow => shadow.Timeout,
            (shadow, value) => shadow.Timeout = value
        ),
        Key.Text(
            nameof(ShadowOptions.HttpVersion),
            "The HTTP version of the copy. `null` is 2 where TLS negotiates it by ALPN, else 1.1. gRPC is always 2",
            shadow => shadow.HttpVersion,
            (shadow, value) => shadow.HttpVersion = value
        ) with
        {
            Choices = ["1.1", "2"],
            Range = "`\"1.1\"` or `\"2\"`",
            Rule = (path, shadow, _, faults) => ShadowValidator.CheckHttpVersion(path, shadow, faults),
        },
        Key.Object(
            nameof(ShadowOptions.CircuitBreaker),
            "When sends to a shadow that cannot be reached pause, and for how long",
            CircuitBreakerKeys.Table,
            shadow => shadow.CircuitBreaker,
            """write { "FailureRatio": 0.5 }, or remove the key."""
        ),
    ];
}
