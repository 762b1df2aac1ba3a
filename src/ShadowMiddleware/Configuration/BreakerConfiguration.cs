namespace ShadowMiddleware.Configuration;

/// <summary>The checked options of a shadow's circuit breaker. Equality tells whether a reload has to build a new one.</summary>
internal sealed record BreakerConfiguration(
    double FailureRatio,
    int MinimumThroughput,
    TimeSpan SamplingDuration,
    TimeSpan BreakDuration
);
