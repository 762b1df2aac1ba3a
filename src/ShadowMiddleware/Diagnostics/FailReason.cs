namespace ShadowMiddleware.Diagnostics;

/// <summary>Why a send that the breaker had admitted ended without a response. A closed set: its names are labels of counts.</summary>
internal enum FailReason
{
    /// <summary>The response had not ended when the time was over.</summary>
    Timeout,

    /// <summary>No connection: refused, unreachable, no such name, or not in time.</summary>
    Connect,

    /// <summary>The TLS handshake failed.</summary>
    Tls,

    /// <summary>What came back was not HTTP, or broke its limits.</summary>
    Protocol,

    /// <summary>The connection or stream ended before the response did.</summary>
    Reset,

    /// <summary>The host stopped during the send.</summary>
    Shutdown,

    /// <summary>None of the others: a handler that was added to the client threw, for instance.</summary>
    Other,
}
