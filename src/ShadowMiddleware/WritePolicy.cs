namespace ShadowMiddleware;

/// <summary>What happens to requests that may change something: every method but GET, HEAD, OPTIONS, TRACE, QUERY, PROPFIND, REPORT and SEARCH.</summary>
/// <remarks><c>MirrorAsRead</c> takes the endpoints out whose requests only read, whatever their method.</remarks>
public enum WritePolicy
{
    /// <summary>They are mirrored like any other request. The shadow carries them out a second time.</summary>
    Mirror,

    /// <summary>They are skipped, with the reason <c>writes</c>.</summary>
    Skip,
}
