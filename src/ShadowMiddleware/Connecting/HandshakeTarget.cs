using System.Net;

namespace ShadowMiddleware.Connecting;

/// <summary>The handshakes with one host and port. Guarded by the lock of <see cref="Handshakes"/>.</summary>
internal sealed class HandshakeTarget(DnsEndPoint endPoint)
{
    public DnsEndPoint EndPoint => endPoint;

    /// <summary>Whether the last handshake that ended has succeeded.</summary>
    public bool IsProven { get; set; }

    /// <summary>Handshakes that have begun and not ended.</summary>
    public int Running { get; set; }

    /// <summary>Those that wait or run, and the connections that are open.</summary>
    public int Holders { get; set; }

    public Queue<TaskCompletionSource> Waiting { get; } = [];

    public bool MayBegin => IsProven || Running < Handshakes.MaxUnproven;
}
