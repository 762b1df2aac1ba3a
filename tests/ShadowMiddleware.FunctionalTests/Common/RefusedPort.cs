using System.Net;
using System.Net.Sockets;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>A port that refuses connections for as long as this lives: bound, so that nobody else gets it, and not listening.</summary>
internal sealed class RefusedPort : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RefusedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}";

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
