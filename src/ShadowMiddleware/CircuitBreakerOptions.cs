using ShadowMiddleware.Configuration;

namespace ShadowMiddleware;

/// <summary>
/// When sends to a shadow pause because it cannot be reached. Connect failures and resets count as failures, and timeouts while no copy
/// was answered within <see cref="SamplingDuration"/>; the status of a response never does.
/// </summary>
public sealed class CircuitBreakerOptions
{
    /// <summary>The share of failed sends within <see cref="SamplingDuration"/> at which the breaker opens.</summary>
    /// <value>Default 0.5; above 0, up to 1.</value>
    public double FailureRatio { get; set; } = TrafficMirroringDefaults.BreakerFailureRatio;

    /// <summary>How many sends <see cref="SamplingDuration"/> must hold before the ratio is looked at.</summary>
    /// <value>Default 20; at least 2.</value>
    public int MinimumThroughput { get; set; } = TrafficMirroringDefaults.BreakerMinimumThroughput;

    /// <summary>The time over which sends are counted.</summary>
    /// <value>Default 30 seconds; 0.5 seconds to 1 day.</value>
    public TimeSpan SamplingDuration { get; set; } = TrafficMirroringDefaults.BreakerSamplingDuration;

    /// <summary>How long the breaker stays open before one send tries the shadow again. Meanwhile copies are dropped as <c>breaker_open</c>.</summary>
    /// <value>Default 5 seconds; 0.5 seconds to 1 day.</value>
    public TimeSpan BreakDuration { get; set; } = TrafficMirroringDefaults.BreakerBreakDuration;
}
