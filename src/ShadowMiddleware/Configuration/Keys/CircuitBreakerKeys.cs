using Key = ShadowMiddleware.Configuration.Keys.OptionKey<ShadowMiddleware.CircuitBreakerOptions>;

namespace ShadowMiddleware.Configuration.Keys;

/// <summary>The keys of a shadow's <c>CircuitBreaker</c>.</summary>
internal static class CircuitBreakerKeys
{
    // The lower bounds are those of Polly's CircuitBreakerStrategyOptions.
    private static readonly Bound<TimeSpan> _duration = new(
        TimeSpan.FromMilliseconds(500),
        TimeSpan.FromDays(1),
        "a time from 00:00:00.500 to 1.00:00:00, such as 00:00:30"
    );

    public static readonly OptionTable<CircuitBreakerOptions> Table = new(
        "CircuitBreaker",
        "to a shadow's CircuitBreaker",
        [
            // The lower end is excluded, and there is no smaller positive number than Epsilon.
            Key.Number(
                nameof(CircuitBreakerOptions.FailureRatio),
                "The share of failed sends at which the breaker opens",
                new Bound<double>(double.Epsilon, 1, "a number above 0 and up to 1, such as 0.5"),
                breaker => breaker.FailureRatio,
                (breaker, value) => breaker.FailureRatio = value
            ) with
            {
                Range = "above `0`, up to `1`",
            },
            Key.Integer(
                nameof(CircuitBreakerOptions.MinimumThroughput),
                "How many sends `SamplingDuration` must hold before the ratio is looked at",
                new Bound<int>(2, int.MaxValue, "a whole number from 2 to 2147483647, such as 20"),
                breaker => breaker.MinimumThroughput,
                (breaker, value) => breaker.MinimumThroughput = value
            ),
            Key.Time(
                nameof(CircuitBreakerOptions.SamplingDuration),
                "The time over which sends are counted",
                _duration,
                breaker => breaker.SamplingDuration,
                (breaker, value) => breaker.SamplingDuration = value
            ),
            Key.Time(
                nameof(CircuitBreakerOptions.BreakDuration),
                "How long the breaker stays open before one send tries the shadow again",
                _duration,
                breaker => breaker.BreakDuration,
                (breaker, value) => breaker.BreakDuration = value
            ),
        ]
    );
}
