namespace ShadowMiddleware.Sending;

/// <summary>
/// Under which names shadows' clients are known to <see cref="IHttpClientFactory"/>. A shadow that nobody configured in code shares
/// the default client, so that one which a reload adds is sent to like all others.
/// </summary>
internal sealed class ShadowClientNames
{
    public const string Default = "ShadowMiddleware";
    private const string OwnPrefix = $"{Default}:";
    private readonly HashSet<string> _configured = new(StringComparer.Ordinal);

    /// <summary>The shadows that have a client of their own.</summary>
    public IReadOnlyCollection<string> Configured => _configured;

    public static string Own(string shadow) => OwnPrefix + shadow;

    /// <summary>Whether a client of this name sends to shadows.</summary>
    public static bool IsShadow(string client) =>
        client == Default || client.StartsWith(OwnPrefix, StringComparison.Ordinal);

    /// <summary>The shadow that has this client; <see langword="null"/> when it is everybody's.</summary>
    public static string? ShadowOf(string client) =>
        client.StartsWith(OwnPrefix, StringComparison.Ordinal) ? client[OwnPrefix.Length..] : null;

    /// <summary>Notes that the shadow has a client of its own; <see langword="false"/> when that was known.</summary>
    public bool Configure(string shadow) => _configured.Add(shadow);

    public string NameFor(string shadow) => _configured.Contains(shadow) ? Own(shadow) : Default;
}
