using System.Net;

namespace ShadowMiddleware.Capture;

/// <summary>A request with what its copies are to say of the connection that it came by. Made only when one of them does.</summary>
internal sealed class CapturedRequestWithPeer : CapturedRequest
{
    /// <summary><see langword="null"/> where the server knows none: a Unix socket, a host made for tests.</summary>
    public required IPAddress? PeerAddress { get; init; }

    public required string Scheme { get; init; }
}
