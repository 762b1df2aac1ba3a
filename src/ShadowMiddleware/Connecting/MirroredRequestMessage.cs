namespace ShadowMiddleware.Connecting;

/// <summary>The message of a copy. A connection that is opened for it belongs to its shadow, whatever host a handler has chosen.</summary>
internal sealed class MirroredRequestMessage(HttpMethod method, Uri requestUri) : HttpRequestMessage(method, requestUri)
{
    /// <summary>Where it goes, with the path and query that no handler may change.</summary>
    public Uri Target { get; } = requestUri;

    /// <summary>Whether the target is one that a handler which takes it apart would make another of.</summary>
    public bool IsRaw { get; init; }

    /// <summary>Whether it, or a copy that a handler made of it with its options, was about to be sent as it is.</summary>
    public bool WasChecked { get; set; }

    /// <summary>What may be read from the shadow's connections; <see langword="null"/>: as much as comes.</summary>
    public ReadAllowance? Allowance { get; set; }
}
