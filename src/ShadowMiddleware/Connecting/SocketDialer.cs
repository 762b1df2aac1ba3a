using System.Net;
using System.Net.Sockets;

namespace ShadowMiddleware.Connecting;

/// <inheritdoc />
internal sealed class SocketDialer : IDialer
{
    public async Task<Socket> DialAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
