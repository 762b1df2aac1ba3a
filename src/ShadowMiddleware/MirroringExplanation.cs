namespace ShadowMiddleware;

/// <summary>What would become of a request: for each shadow, whether it would be mirrored, who decides so, and what would be sent.</summary>
public sealed class MirroringExplanation
{
    internal MirroringExplanation(string? endpoint, IReadOnlyDictionary<string, ShadowExplanation> shadows)
    {
        Endpoint = endpoint;
        Shadows = shadows;
    }

    /// <summary>The endpoint that routing finds for the request, as the app's logs call it.</summary>
    /// <value><see langword="null"/> when it finds none, when the app has no routing, or when the middleware stands before it.</value>
    public string? Endpoint { get; }

    /// <summary>The answer for each shadow that is configured, by its name.</summary>
    public IReadOnlyDictionary<string, ShadowExplanation> Shadows { get; }

    /// <summary>The same as text, a line for each fact. For people: its form may change.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        string.Join(
            '\n',
            Shadows.Values.Select(shadow => shadow.ToString()).Prepend($"Endpoint: {Endpoint ?? "none"}")
        );
}
