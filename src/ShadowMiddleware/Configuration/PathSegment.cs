using System.Collections.Immutable;

namespace ShadowMiddleware.Configuration;

/// <summary>One segment of a path's pattern.</summary>
internal sealed record PathSegment
{
    /// <summary>The text that the segment is, ignoring case; <see langword="null"/> for a parameter.</summary>
    public string? Literal { get; init; }

    /// <summary>What a parameter's value must be.</summary>
    public ImmutableArray<PathConstraint> Constraints { get; init; } = [];

    /// <summary>Whether it takes all that is left of the path, even nothing.</summary>
    public bool IsCatchAll { get; init; }

    /// <summary>Whether a path may end in front of it.</summary>
    public bool MayBeMissing { get; init; }
}
