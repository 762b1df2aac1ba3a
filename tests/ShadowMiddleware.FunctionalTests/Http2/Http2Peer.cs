using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Http2;

/// <summary>The server's end of one HTTP/2 connection, frame by frame, in the hands of a test.</summary>
internal sealed class Http2Peer(RawShadowConnection connection, CancellationToken token) : IDisposable
{
    private const int PrefaceLength = 24;
    private const int FrameHeadLength = 9;
    private readonly ConcurrentDictionary<int, Http2Copy> _copies = [];
    private readonly SemaphoreSlim _writing = new(1);

    public CancellationToken Token => token;

    public async Task ReadPrefaceAsync() => await connection.ReadExactlyAsync(new byte[PrefaceLength], token);

    /// <summary>Reads the next frame. Acknowledges what asks for it, and looks whose the bytes of a body are.</summary>
    /// <returns>The frame, with the request that it belongs to, if any.</returns>
    public async Task<(Http2Frame Frame, Http2Copy? Copy)> ReadAsync()
    {
        var frame = await ReadFrameAsync();
        switch (frame.Type)
        {
            case Http2Frame.Settings or Http2Frame.Ping when !frame.Has(Http2Frame.Ack):
                var answer = frame.Type == Http2Frame.Ping ? frame.Payload : [];
                await WriteAsync(frame.Type, Http2Frame.Ack, stream: 0, answer);
                return (frame, null);
            case Http2Frame.Headers:
                return (frame, await OpenAsync(frame));
            default:
                var copy = _copies.GetValueOrDefault(frame.Stream);
                if (copy is not null)
                {
                    Take(frame, copy);
                }

                return (frame, copy);
        }
    }

    public async Task WriteAsync(byte type, byte flags, int stream, ReadOnlyMemory<byte> payload, int? claimed = null)
    {
        var bytes = new byte[FrameHeadLength + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, (claimed ?? payload.Length) << 8);
        bytes[3] = type;
        bytes[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), stream);
        payload.CopyTo(bytes.AsMemory(FrameHeadLength));

        // Floods and drips write beside the loop that answers.
        await _writing.WaitAsync(token);
        try
        {
            await connection.WriteAsync(bytes, token);
        }
        finally
        {
            _writing.Release();
        }
    }

    public Task SettingsAsync(params (Http2Setting Name, uint Value)[] settings)
    {
        var payload = new byte[settings.Length * 6];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * 6), (ushort)settings[i].Name);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((i * 6) + 2), settings[i].Value);
        }

        return WriteAsync(Http2Frame.Settings, flags: 0, stream: 0, payload);
    }

    public Task HeadAsync(Http2Copy copy, int status, bool endStream, params (string Name, string Value)[] fields)
    {
        byte[] block =
        [
            .. Http2Fields.Status(status),
            .. fields.SelectMany(field => Http2Fields.Literal(field.Name, field.Value)),
        ];
        return FieldsAsync(copy, block, endStream);
    }

    public Task FieldsAsync(Http2Copy copy, byte[] block, bool endStream) =>
        WriteAsync(
            Http2Frame.Headers,
            (byte)(Http2Frame.EndHeaders | (endStream ? Http2Frame.EndStream : 0)),
            copy.Stream,
            block
        );

    public Task DataAsync(Http2Copy copy, ReadOnlyMemory<byte> bytes, bool endStream) =>
        WriteAsync(Http2Frame.Data, endStream ? Http2Frame.EndStream : (byte)0, copy.Stream, bytes);

    /// <summary>A whole response with a body.</summary>
    public async Task AnswerAsync(Http2Copy copy, int status = 200)
    {
        await HeadAsync(copy, status, endStream: false, ("content-type", "text/plain"));
        await DataAsync(copy, "ok"u8.ToArray(), endStream: true);
    }

    public Task ResetAsync(Http2Copy copy, Http2Error error)
    {
        copy.IsRefused = true;
        return WriteAsync(Http2Frame.Reset, flags: 0, copy.Stream, Number((int)error));
    }

    public Task GoAwayAsync(int lastStream, Http2Error error) =>
        WriteAsync(Http2Frame.GoAway, flags: 0, stream: 0, (byte[])[.. Number(lastStream), .. Number((int)error)]);

    /// <summary>Lets the client send so much more, on the connection and on a stream.</summary>
    public async Task OpenWindowAsync(int stream, int bytes)
    {
        if (bytes > 0)
        {
            await WriteAsync(Http2Frame.WindowUpdate, flags: 0, stream: 0, Number(bytes));
            await WriteAsync(Http2Frame.WindowUpdate, flags: 0, stream, Number(bytes));
        }
    }

    /// <summary>Does something beside the loop that reads, for as long as the connection lives.</summary>
    public void Beside(Func<Task> work) => _ = RunBesideAsync(work);

    /// <summary>Closes the connection in the middle of whatever the client is doing.</summary>
    public void Reset() => connection.Reset();

    public void Dispose() => _writing.Dispose();

    public static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static async Task RunBesideAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The connection has ended.
        }
    }

    private async Task<Http2Frame> ReadFrameAsync()
    {
        var head = new byte[FrameHeadLength];
        await connection.ReadExactlyAsync(head, token);
        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
        await connection.ReadExactlyAsync(payload, token);
        return new(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
    }

    private async Task<Http2Copy> OpenAsync(Http2Frame frame)
    {
        var block = frame.Payload;
        for (var last = frame; !last.Has(Http2Frame.EndHeaders); )
        {
            last = await ReadFrameAsync();
            block = [.. block, .. last.Payload];
        }

        var fields = Http2Fields.Decode(block).ToArray();
        return _copies[frame.Stream] = new(frame.Stream, _copies.Count + 1, Value(MarkedBody.Field))
        {
            Tag = Value("X-Shadow-Request"),
        };

        string? Value(string name) =>
            fields.FirstOrDefault(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
    }

    private void Take(Http2Frame frame, Http2Copy copy)
    {
        switch (frame.Type)
        {
            case Http2Frame.Data:
                connection.Check(copy.Mark, frame.Payload, copy.Received);
                copy.Received += frame.Payload.Length;
                break;
            case Http2Frame.WindowUpdate:
                copy.AddWindow(BinaryPrimitives.ReadInt32BigEndian(frame.Payload));
                break;
            case Http2Frame.Reset:
                copy.Reset();
                break;
        }
    }
}
