using System.Net;
using System.Net.Sockets;

namespace ShadowMiddleware.LoadTest.Faults;

/// <summary>A DNS server that takes questions and never answers.</summary>
internal sealed class SilentNameServer : IDisposable
{
    public static readonly IPEndPoint Endpoint = new(IPAddress.Loopback, 53);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public SilentNameServer() => _socket.Bind(Endpoint);

    /// <summary>Whether anybody has asked since this was last read.</summary>
    public bool TakeQuestions()
    {
        var asked = false;
        var buffer = new byte[512];
        while (_socket.Available > 0)
        {
            _socket.Receive(buffer);
            asked = true;
        }

        return asked;
    }

    public void Dispose() => _socket.Dispose();
}
