using System.Net;

namespace ShadowMiddleware.Connecting;

/// <summary>What connections are counted for.</summary>
/// <param name="EndPoint">The host and port that the client connects to.</param>
/// <param name="IsHttp2Only">
/// Whether the copy that asked for the connection may not fall back to HTTP/1.1. The client keeps such connections apart, idle ones
/// included: in one count, those of an earlier version would take the room of a shadow that is well.
/// </param>
internal readonly record struct ConnectionTarget(DnsEndPoint EndPoint, bool IsHttp2Only);
