using System.Collections.Immutable;

namespace ShadowMiddleware.Configuration;

/// <summary>What of a copy's content is made unreadable. Each part is <see langword="null"/> when nothing of its kind is.</summary>
internal sealed record RedactionConfiguration
{
    public RedactedNames? Query { get; init; }

    public RedactedNames? Form { get; init; }

    public ImmutableArray<JsonPointer>? Json { get; init; }

    /// <summary>Whether bodies are looked at.</summary>
    public bool HasBody => Form is not null || Json is not null;
}
