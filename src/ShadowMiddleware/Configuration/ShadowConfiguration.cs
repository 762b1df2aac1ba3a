using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ShadowMiddleware.Configuration;

/// <summary>The options of one shadow after they were read and checked.</summary>
internal sealed record ShadowConfiguration
{
    public required string Name { get; init; }

    /// <summary>Scheme, authority and path prefix, without a trailing slash, so that appending a raw target cannot move the authority.</summary>
    public required string Address { get; init; }

    public required double Percent { get; init; }

    /// <summary>Whether somebody wrote the percent, as opposed to the default.</summary>
    public bool IsPercentWritten { get; init; }

    public SampleKey SampleBy { get; init; } = SampleKey.Random;

    /// <summary>Of draws by a key: shadows with the same one draw alike.</summary>
    public string Salt { get; init; } = "";

    /// <summary>When it stops by itself; <see langword="null"/>: never.</summary>
    public DateTimeOffset? Until { get; init; }

    public required WritePolicy Writes { get; init; }

    /// <summary>Which requests are copied, beyond a share of all; <see langword="null"/> for no more than that, which is how choosing without it costs nothing.</summary>
    public ChoiceConfiguration? Choice { get; init; }

    /// <summary>Names ignore case.</summary>
    public required FrozenSet<string> RemoveHeaders { get; init; }

    public required ImmutableArray<KeyValuePair<string, string>> SetHeaders { get; init; }

    /// <summary>What changes of a copy beyond its header fields; <see langword="null"/> for nothing, which is how sends without it cost nothing.</summary>
    public ShapingConfiguration? Shaping { get; init; }

    /// <summary>
    /// Whether nothing gets through but what a rule with hosts has matched, so that clients cannot write whatever they like into <c>Host</c>. Endpoints with a percent of their own are beyond it.
    /// </summary>
    public bool HasHostRule { get; init; }

    public required PathFidelity PathFidelity { get; init; }

    public required long MaxBodyBytes { get; init; }

    public required int QueueCapacity { get; init; }

    public required int MaxConcurrency { get; init; }

    /// <summary><see langword="null"/> for no limit.</summary>
    public double? MaxRequestsPerSecond { get; init; }

    public required TimeSpan QueueTimeout { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required Version HttpVersion { get; init; }

    public required HttpVersionPolicy HttpVersionPolicy { get; init; }

    public required BreakerConfiguration CircuitBreaker { get; init; }
}
