using System.Collections.Immutable;

namespace ShadowMiddleware.Configuration;

/// <summary>A rule after it was read and checked. An empty condition holds for every request.</summary>
internal sealed record RuleConfiguration
{
    public ImmutableArray<string> Methods { get; init; } = [];

    public ImmutableArray<HostPattern> Hosts { get; init; } = [];

    public ImmutableArray<PathPattern> Paths { get; init; } = [];

    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    public ImmutableArray<KeyValuePair<string, string>> Query { get; init; } = [];

    public bool HasConditions =>
        !(Methods.IsEmpty && Hosts.IsEmpty && Paths.IsEmpty && Headers.IsEmpty && Query.IsEmpty);

    /// <summary><see langword="null"/> for that of the shadow.</summary>
    public double? Percent { get; init; }

    /// <summary>Whether its requests count as reads, whatever their method.</summary>
    public bool TreatAsRead { get; init; }

    /// <summary><see langword="null"/> for all.</summary>
    public StatusSet? ResponseStatus { get; init; }
}
