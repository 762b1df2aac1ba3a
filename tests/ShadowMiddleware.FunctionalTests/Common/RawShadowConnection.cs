using System.Net.Sockets;
using System.Text;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>One connection at a raw shadow, in the hands of its script.</summary>
internal sealed class RawShadowConnection : IDisposable
{
    private readonly RawShadow _shadow;
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly RawMessageReader _reader;

    public RawShadowConnection(RawShadow shadow, Socket socket)
    {
        _shadow = shadow;
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new RawMessageReader(_stream);
    }

    /// <summary>Reads the next request and records it; <see langword="null"/> when the other side has closed.</summary>
    public async Task<RawMessage?> ReadRequestAsync(CancellationToken token)
    {
        var request = await _reader.ReadRequestAsync(token);

        if (request is not null)
        {
            _shadow.Record(request);
        }

        return request;
    }

    public ValueTask WriteAsync(string text, CancellationToken token) =>
        WriteAsync(Encoding.Latin1.GetBytes(text), token);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token) =>
        _stream.WriteAsync(bytes, token);

    /// <summary>Swallows what arrives until the other side closes.</summary>
    public async Task DiscardAsync(CancellationToken token)
    {
        var buffer = new byte[4096];
        while (await _stream.ReadAsync(buffer, token) > 0) { }
    }

    /// <summary>Ends the connection with a reset instead of an orderly close.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public void Dispose() => _stream.Dispose();
}
