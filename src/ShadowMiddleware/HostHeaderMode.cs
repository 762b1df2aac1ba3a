namespace ShadowMiddleware;

/// <summary>Which <c>Host</c> (over HTTP/2: <c>:authority</c>) a copy carries. Where it is sent never depends on it.</summary>
public enum HostHeaderMode
{
    /// <summary>That of the shadow's address.</summary>
    Destination,

    /// <summary>The one that the client sent. A request without one makes no copy: <c>transform_failed</c>.</summary>
    Original,

    /// <summary>
    /// The one that the client sent with <c>-shadow</c> behind the name: <c>foo.com:80</c> becomes <c>foo.com-shadow:80</c>. An IP address has
    /// no name and is sent as it came.
    /// </summary>
    OriginalWithShadowSuffix,
}
