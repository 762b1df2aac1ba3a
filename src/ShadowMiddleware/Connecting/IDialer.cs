using System.Net;
using System.Net.Sockets;

namespace ShadowMiddleware.Connecting;

/// <summary>Opens a TCP connection to one address.</summary>
internal interface IDialer
{
    /// <exception cref="SocketException">There is none to be had.</exception>
    Task<Socket> DialAsync(IPEndPoint endPoint, CancellationToken cancellationToken);
}
