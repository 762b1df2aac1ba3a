using System.Collections.Frozen;

namespace ShadowMiddleware.Configuration;

/// <summary>The fields that belong to a connection or to the protocol rather than to a request. Names ignore case.</summary>
/// <remarks>The one list for both sides: what a configuration may not name, and what a copy does not carry on.</remarks>
internal static class ReservedHeaders
{
    private static readonly FrozenSet<string> _hopByHop = FrozenSet.ToFrozenSet(
        [
            "Connection",
            "Keep-Alive",
            "Proxy-Connection",
            "Proxy-Authenticate",
            "Proxy-Authorization",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            "HTTP2-Settings",
        ],
        StringComparer.OrdinalIgnoreCase
    );

    // Fields that requests carry for a purpose of their own. A tag with such a name would replace what the request says, or would
    // make every request look like a copy.
    private static readonly FrozenSet<string> _meaningful = FrozenSet.ToFrozenSet(
        [
            "Accept",
            "Age",
            "Allow",
            "Alt-Svc",
            "Alt-Used",
            "Authorization",
            "Baggage",
            "Cache-Control",
            "Cookie",
            "Cookie2",
            "Date",
            "DNT",
            "Early-Data",
            "ETag",
            "Expires",
            "Forwarded",
            "From",
            "Last-Modified",
            "Link",
            "Location",
            "Max-Forwards",
            "Origin",
            "Pragma",
            "Prefer",
            "Priority",
            "Range",
            "Referer",
            "Request-Id",
            "Retry-After",
            "Server",
            "Set-Cookie",
            "Strict-Transport-Security",
            "Traceparent",
            "Tracestate",
            "Upgrade-Insecure-Requests",
            "User-Agent",
            "Vary",
            "Via",
            "Warning",
            "WWW-Authenticate",
            "X-Correlation-ID",
            "X-HTTP-Method-Override",
            "X-Real-IP",
            "X-Request-ID",
            "X-Requested-With",
        ],
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly string[] _meaningfulPrefixes =
    [
        "Accept-",
        "Access-Control-",
        "Content-",
        "If-",
        "Proxy-",
        "Sec-",
        "X-Forwarded-",
    ];

    /// <summary>The hop-by-hop fields, exactly. The fields that <c>Connection</c> names come on top, per request.</summary>
    public static bool IsHopByHop(string name) => _hopByHop.Contains(name);

    /// <summary>Fields that say where the body ends. They are never copied: the length comes from the captured bytes.</summary>
    public static bool IsFraming(string name) => Is(name, "Content-Length") || Is(name, "Transfer-Encoding");

    public static bool IsHost(string name) => Is(name, "Host");

    /// <summary>
    /// Not hop-by-hop, yet removed with them: the body is at hand when the copy is sent, so there is nothing to wait for, and a shadow
    /// that does not answer <c>100 Continue</c> would hold each send up.
    /// </summary>
    public static bool IsExpect(string name) => Is(name, "Expect");

    /// <summary>Whether neither <c>RemoveHeaders</c> nor <c>SetHeaders</c> may name the field.</summary>
    public static bool IsReserved(string name) => IsHopByHop(name) || IsFraming(name) || IsHost(name) || IsExpect(name);

    /// <summary>Whether the field means something already, so that it cannot be the tag.</summary>
    public static bool HasMeaning(string name) =>
        IsReserved(name)
        || _meaningful.Contains(name)
        || Array.Exists(_meaningfulPrefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static bool Is(string name, string field) => string.Equals(name, field, StringComparison.OrdinalIgnoreCase);
}
