using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ShadowMiddleware.LoadTest.Load;

/// <summary>One client's connection: the same request again and again, with as little work as can be, for the clients share the machine.</summary>
internal sealed class LoadConnection : IDisposable
{
    private const int BodyLength = 1024;

    private static readonly byte[] _request = Encoding.ASCII.GetBytes(
        "POST /orders/17?page=2 HTTP/1.1\r\nHost: primary.example\r\nAccept: */*\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {BodyLength}\r\n\r\n{new string('x', BodyLength)}"
    );

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
    };
    private readonly byte[] _buffer = new byte[4096];
    private int _responseLength;

    public static async Task<LoadConnection> OpenAsync(int port)
    {
        var connection = new LoadConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, port);
        return connection;
    }

    public async ValueTask ExchangeAsync()
    {
        await _socket.SendAsync(_request);
        var received = 0;
        do
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(received));
            received += read > 0 ? read : throw new IOException("The app has closed the connection.");
        } while (!IsWhole(received));
    }

    public void Dispose() => _socket.Dispose();

    // All responses have the length of the first.
    private bool IsWhole(int received)
    {
        if (_responseLength == 0 && _buffer.AsSpan(0, received).EndsWith("\r\n\r\nok"u8))
        {
            _responseLength = received;
        }

        return _responseLength > 0 && received >= _responseLength;
    }
}
