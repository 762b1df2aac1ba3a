using System.Globalization;
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

    /// <summary>Reads the head of the next request and leaves its body; <see langword="null"/> when the other side has closed.</summary>
    public Task<RawMessage?> ReadHeadAsync(CancellationToken token) => _reader.ReadHeadAsync(token);

    /// <summary>Reads bytes of a body, a few at a time, and looks whose they are.</summary>
    /// <param name="head">The head in front of the body.</param>
    /// <param name="from">Where the last call ended.</param>
    /// <param name="to">Where to end; no further than the body.</param>
    /// <param name="step">How many to read at a time.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Where it ended.</returns>
    public async Task<int> ReadBodyAsync(RawMessage head, int from, int to, int step, CancellationToken token)
    {
        var length = int.Parse(head.Value("Content-Length") ?? "0", CultureInfo.InvariantCulture);
        for (to = Math.Min(to, length); from < to; )
        {
            var bytes = await _reader.TakeSomeAsync(Math.Min(step, to - from), token);
            if (bytes.Length == 0)
            {
                throw new IOException("The connection closed within a body.");
            }

            _shadow.Check(head.Value(MarkedBody.Field), bytes, from);
            from += bytes.Length;
        }

        return from;
    }

    public async Task ReadExactlyAsync(byte[] buffer, CancellationToken token)
    {
        for (var read = 0; read < buffer.Length; )
        {
            var bytes = await _reader.TakeSomeAsync(buffer.Length - read, token);
            if (bytes.Length == 0)
            {
                throw new IOException("The connection closed.");
            }

            bytes.CopyTo(buffer, read);
            read += bytes.Length;
        }
    }

    /// <summary>See <see cref="RawShadow.Check"/>.</summary>
    public void Check(string? mark, ReadOnlySpan<byte> received, int offset) => _shadow.Check(mark, received, offset);

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

    /// <summary>Says that nothing more will come, and goes on listening.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends the connection with a reset instead of an orderly close.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public Stream Stream => _stream;

    public void Dispose() => _stream.Dispose();
}
