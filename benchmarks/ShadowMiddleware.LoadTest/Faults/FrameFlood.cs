using System.Buffers.Binary;

namespace ShadowMiddleware.LoadTest.Faults;

/// <summary>
/// A connection of HTTP/2 with prior knowledge. From its first request on, frames flood it that end nothing and that no window holds back.
/// </summary>
internal sealed class FrameFlood : IDisposable
{
    private const int FramesPerWrite = 1000;

    // ":status: 200" by its index in the static table (RFC 7541 appendix A).
    private static readonly byte[] _ok = [0x88];

    private readonly Stream _stream;
    private readonly ShadowFault _fault;
    private readonly SemaphoreSlim _writing = new(1);
    private volatile int _newest;

    public FrameFlood(Stream stream, ShadowFault fault)
    {
        _stream = stream;
        _fault = fault;
    }

    public async Task ServeAsync()
    {
        await _stream.ReadExactlyAsync(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.Length]);
        await WriteAsync(new Http2Frame(Http2Frame.Settings, 0, 0, []).ToBytes());
        await WriteAsync(new Http2Frame(Http2Frame.WindowUpdate, 0, 0, BigEndian(int.MaxValue - 65_535)).ToBytes());

        Task? flood = null;
        while (true)
        {
            var frame = await Http2Frame.ReadAsync(_stream);
            if (frame is { Type: Http2Frame.Settings, Flags: 0 })
            {
                await WriteAsync(new Http2Frame(Http2Frame.Settings, Http2Frame.Ack, 0, []).ToBytes());
            }
            else if (frame.Type == Http2Frame.Headers)
            {
                await WriteAsync(Answer(frame.Stream).ToBytes());
                _newest = frame.Stream;
                flood ??= FloodAsync();
            }
        }
    }

    public void Dispose() => _writing.Dispose();

    // An answer that ends, so that the shadow passes for a healthy one; but for one that floods the answer itself.
    private Http2Frame Answer(int stream)
    {
        var end = _fault == ShadowFault.EndlessData ? 0 : Http2Frame.EndStream;
        return new Http2Frame(Http2Frame.Headers, (byte)(Http2Frame.EndHeaders | end), stream, _ok);
    }

    private async Task FloodAsync()
    {
        try
        {
            while (true)
            {
                var stream = _newest;
                var frames = Enumerable.Repeat(Create(stream).ToBytes(), FramesPerWrite).SelectMany(x => x).ToArray();
                while (stream == _newest)
                {
                    await WriteAsync(frames);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The connection is closed; whoever reads from it ends as well.
        }
    }

    private Http2Frame Create(int stream) =>
        _fault switch
        {
            ShadowFault.EndlessData => new Http2Frame(Http2Frame.Data, 0, stream, []),
            ShadowFault.EndlessPriority => new Http2Frame(Http2Frame.Priority, 0, stream, [.. BigEndian(0), 0]),
            ShadowFault.EndlessPing => new Http2Frame(Http2Frame.Ping, 0, 0, new byte[8]),
            _ => new Http2Frame(Http2Frame.AltSvc, 0, 0, [0, 9, .. "https://a"u8, .. "h3=\":1\""u8]),
        };

    private async Task WriteAsync(byte[] bytes)
    {
        await _writing.WaitAsync();
        try
        {
            await _stream.WriteAsync(bytes);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
