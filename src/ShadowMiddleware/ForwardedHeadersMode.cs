namespace ShadowMiddleware;

/// <summary>What a copy says of the connection that its request came by.</summary>
public enum ForwardedHeadersMode
{
    /// <summary>Nothing of its own: <c>X-Forwarded-*</c> fields are copied as they were received.</summary>
    None,

    /// <summary>
    /// The peer's address, the <c>Host</c> and the scheme are appended to <c>X-Forwarded-For</c>, <c>X-Forwarded-Host</c> and
    /// <c>X-Forwarded-Proto</c>, behind what was received.
    /// </summary>
    Append,
}
