using System.Net.Sockets;
using System.Text;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>Sends the same bytes over one connection again and again. Blocks and allocates nothing.</summary>
internal sealed class LoopbackClient : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _request;
    private readonly byte[] _response = new byte[4096];
    private int _responseLength;

    public LoopbackClient(Socket socket, byte[] request)
    {
        _socket = socket;
        _request = request;
    }

    /// <summary>Sends one request and reads its response, whose last bytes are <paramref name="ending"/>, to learn its length.</summary>
    public void Learn(ReadOnlySpan<byte> ending)
    {
        _socket.Send(_request);
        while (!_response.AsSpan(0, _responseLength).EndsWith(ending))
        {
            _responseLength += Receive(_responseLength);
        }

        if (!_response.AsSpan().StartsWith("HTTP/1.1 200 "u8))
        {
            throw new InvalidOperationException(Encoding.ASCII.GetString(_response, 0, _responseLength));
        }
    }

    /// <summary>Sends one request and reads its response, which is as long as each is: the server writes no field of varying length.</summary>
    public void Exchange()
    {
        _socket.Send(_request);
        var received = 0;
        while (received < _responseLength)
        {
            received += Receive(received);
        }
    }

    public void Dispose() => _socket.Dispose();

    private int Receive(int offset)
    {
        var count = _socket.Receive(_response.AsSpan(offset));
        return count > 0 ? count : throw new InvalidOperationException("The server closed the connection.");
    }
}
