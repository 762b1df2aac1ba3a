namespace ShadowMiddleware;

/// <summary>What happens to requests that may change something: every method but GET, HEAD, OPTIONS and TRACE (RFC 9110 section 9.2.1).</summary>
public enum WritePolicy
{
    /// <summary>They are mirrored like any other request. The shadow carries them out a second time.</summary>
    Mirror,

    /// <summary>They are skipped, with the reason <c>writes</c>.</summary>
    Skip,
}
