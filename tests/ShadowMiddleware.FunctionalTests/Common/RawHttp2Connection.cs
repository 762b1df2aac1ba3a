using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>An HTTP/2 client that writes the fields it is told to, pseudo-headers included, and sends small bodies only.</summary>
internal sealed class RawHttp2Connection : IDisposable
{
    private const int MaxFrame = 16 * 1024;
    private const byte Data = 0x0;
    private const byte Headers = 0x1;
    private const byte ResetStream = 0x3;
    private const byte Settings = 0x4;
    private const byte GoAway = 0x7;
    private const byte Continuation = 0x9;
    private const byte EndStream = 0x1;
    private const byte Ack = 0x1;
    private const byte EndHeaders = 0x4;

    private readonly NetworkStream _stream;
    private int _nextStream = 1;

    private RawHttp2Connection(NetworkStream stream) => _stream = stream;

    public static async Task<RawHttp2Connection> OpenAsync(PrimaryHost host, CancellationToken token)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, host.Address.Port), token);
        var connection = new RawHttp2Connection(new NetworkStream(socket, ownsSocket: true));
        await connection._stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), token);
        await connection.WriteFrameAsync(Settings, 0, 0, [], token);
        return connection;
    }

    /// <summary>A field's value in UTF-8, as this class takes it: one character for each byte.</summary>
    public static string Utf8(string value) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value));

    /// <summary>Sends one request.</summary>
    /// <param name="fields">All fields in order. One character is one byte.</param>
    /// <param name="body">The content, in one frame; <see langword="null"/> for none.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>The status; -1 when the server refused the stream or the connection.</returns>
    public async Task<int> ExchangeAsync(
        IEnumerable<(string Name, string Value)> fields,
        byte[]? body,
        CancellationToken token
    )
    {
        var stream = _nextStream;
        _nextStream += 2;

        var block = Encode(fields).Chunk(MaxFrame).ToArray();
        for (var i = 0; i < block.Length; i++)
        {
            var flags = (i == block.Length - 1 ? EndHeaders : 0) | (i == 0 && body is null ? EndStream : 0);
            await WriteFrameAsync(i == 0 ? Headers : Continuation, (byte)flags, stream, block[i], token);
        }

        if (body is not null)
        {
            await WriteFrameAsync(Data, EndStream, stream, body, token);
        }

        return await ReadStatusAsync(stream, token);
    }

    public void Dispose() => _stream.Dispose();

    private async Task<int> ReadStatusAsync(int wanted, CancellationToken token)
    {
        var status = -1;
        while (true)
        {
            var (type, flags, stream, payload) = await ReadFrameAsync(token);
            switch (type)
            {
                case Settings when (flags & Ack) == 0:
                    await WriteFrameAsync(Settings, Ack, 0, [], token);
                    break;
                case GoAway:
                case ResetStream when stream == wanted:
                    return status;
                case Headers when stream == wanted && status < 0:
                    status = Status(payload);
                    break;
            }

            if (type is Headers or Data && stream == wanted && (flags & EndStream) != 0)
            {
                return status;
            }
        }
    }

    // The status is the first field (RFC 9113 section 8.3): by its index in the static table, or a literal behind the name's index
    // (RFC 7541 appendix A).
    private static int Status(ReadOnlySpan<byte> block)
    {
        if (block[0] == 0x20)
        {
            block = block[1..];
        }

        return block[0] switch
        {
            0x88 => 200,
            0x89 => 204,
            0x8a => 206,
            0x8b => 304,
            0x8c => 400,
            0x8d => 404,
            0x8e => 500,
            0x08 or 0x18 or 0x48 when block[1] == 3 => int.Parse(block.Slice(2, 3), provider: null),
            _ => throw new InvalidDataException($"No status: {Convert.ToHexString(block)}"),
        };
    }

    // Literal fields without indexing and without Huffman (RFC 7541 section 6.2.2).
    private static byte[] Encode(IEnumerable<(string Name, string Value)> fields)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            block.WriteByte(0);
            foreach (var text in (string[])[name, value])
            {
                WriteLength(block, text.Length);
                block.Write(Encoding.Latin1.GetBytes(text));
            }
        }

        return block.ToArray();
    }

    private static void WriteLength(MemoryStream block, int length)
    {
        const int prefix = 127;
        if (length < prefix)
        {
            block.WriteByte((byte)length);
            return;
        }

        block.WriteByte(prefix);
        for (length -= prefix; length >= 128; length >>= 7)
        {
            block.WriteByte((byte)(length | 0x80));
        }

        block.WriteByte((byte)length);
    }

    private async Task WriteFrameAsync(byte type, byte flags, int stream, byte[] payload, CancellationToken token)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await _stream.WriteAsync(frame, token);
    }

    private async Task<(byte Type, byte Flags, int Stream, byte[] Payload)> ReadFrameAsync(CancellationToken token)
    {
        var head = new byte[9];
        await _stream.ReadExactlyAsync(head, token);
        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
        await _stream.ReadExactlyAsync(payload, token);
        return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
    }
}
