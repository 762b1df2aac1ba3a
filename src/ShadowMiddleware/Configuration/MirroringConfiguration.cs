using System.Collections.Immutable;

namespace ShadowMiddleware.Configuration;

/// <summary>The options after they were read and checked: immutable, so that a request reads one consistent state.</summary>
internal sealed record MirroringConfiguration
{
    public required bool Enabled { get; init; }

    public required string TagHeader { get; init; }

    public required long MaxBufferedBytes { get; init; }

    public required TimeSpan DrainTimeout { get; init; }

    /// <summary>Whether copies appear in the app's http.client metrics. Of the configuration that is in force at the start.</summary>
    public bool IncludeInHttpClientMetrics { get; init; }

    public required bool ProtectionEnabled { get; init; }

    public required ImmutableArray<ShadowConfiguration> Shadows { get; init; }
}
