using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>An HTTP/1.1 client that sends exactly what a test says and sees exactly what the server wrote.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly RawMessageReader _reader;

    private RawConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new RawMessageReader(_stream);
    }

    public static async Task<RawConnection> OpenAsync(int port, CancellationToken token)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), token);
        return new RawConnection(socket);
    }

    public ValueTask SendAsync(string text, CancellationToken token) => SendAsync(Encoding.UTF8.GetBytes(text), token);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken token) => _stream.WriteAsync(bytes, token);

    public Task<RawMessage> ReadResponseAsync(CancellationToken token, bool toHead = false) =>
        _reader.ReadResponseAsync(toHead, token);

    public async Task<RawMessage> ReadHeadAsync(CancellationToken token) =>
        await _reader.ReadHeadAsync(token) ?? throw new IOException("The connection closed before a response.");

    public async Task<RawMessage> ExchangeAsync(byte[] request, CancellationToken token)
    {
        await SendAsync(request, token);
        return await ReadResponseAsync(token, request.AsSpan().StartsWith("HEAD "u8));
    }

    public Task<RawMessage> ExchangeAsync(string request, CancellationToken token) =>
        ExchangeAsync(Encoding.UTF8.GetBytes(request), token);

    /// <summary>Ends the connection with a reset, as a client that crashed.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public void Dispose() => _stream.Dispose();
}
