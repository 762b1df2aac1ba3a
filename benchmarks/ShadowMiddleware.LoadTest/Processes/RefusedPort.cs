using System.Net;
using System.Net.Sockets;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>A dead shadow: a port that nobody listens on, and that nobody else is given meanwhile.</summary>
internal sealed class RefusedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RefusedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public string Address => $"http://{_socket.LocalEndPoint}";

    public void Dispose() => _socket.Dispose();
}
