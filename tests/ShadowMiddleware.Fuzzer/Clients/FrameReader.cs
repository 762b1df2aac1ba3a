using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ShadowMiddleware.Fuzzer.Generation;

namespace ShadowMiddleware.Fuzzer.Clients;

/// <summary>
/// Reads what a server says over HTTP/2, and leaves out what is chance: where the frames of a body are cut, when windows grow, in which
/// order streams and acknowledgements come, and whether a request whose answer is complete is told to stop (RFC 9113 section 8.1),
/// which it is when the rest of it has not arrived by then.
/// </summary>
internal sealed class FrameReader
{
    /// <summary>Stands in front of the code with which a stream was reset.</summary>
    public const string ResetMark = "\n[reset ";

    // What concerns the connection, and the answers to pings, which come in between.
    private const int Connection = 0;
    private const int Pings = -1;

    private readonly Dictionary<int, StringBuilder> _streams = [];
    private readonly HeaderReader _headers = new();
    private readonly List<byte> _block = [];
    private bool _blockEndsStream;
    private bool _isBroken;

    /// <param name="bytes">Bytes from the beginning of the connection.</param>
    /// <param name="isBroken">Whether the server gave up the connection for an error.</param>
    public static Dictionary<int, string> Read(ReadOnlySpan<byte> bytes, out bool isBroken)
    {
        var reader = new FrameReader();
        while (bytes.Length >= 9)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes) >>> 8;
            if (bytes.Length < 9 + length)
            {
                break;
            }

            var stream = BinaryPrimitives.ReadInt32BigEndian(bytes[5..]);
            reader.Take(bytes[3], bytes[4], stream, bytes.Slice(9, length));
            bytes = bytes[(9 + length)..];
        }

        isBroken = reader._isBroken;
        return reader._streams.ToDictionary(stream => stream.Key, stream => stream.Value.ToString());
    }

    private void Take(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case Frame.Data:
                Add(stream, Encoding.Latin1.GetString(payload));
                AddEnd(stream, (flags & Frame.EndStream) != 0);
                break;
            case Frame.Headers:
            case Frame.Continuation:
                if (type == Frame.Headers)
                {
                    _block.Clear();
                    _blockEndsStream = (flags & Frame.EndStream) != 0;
                }

                _block.AddRange(payload);
                if ((flags & Frame.EndHeaders) != 0)
                {
                    Add(stream, $"\n[headers]\n{_headers.Read([.. _block])}\n");
                    AddEnd(stream, _blockEndsStream);
                }

                break;
            case Frame.Reset:
                var code = BinaryPrimitives.ReadUInt32BigEndian(payload);
                if (code != 0)
                {
                    Add(stream, $"{ResetMark}{code}]");
                }

                break;
            case Frame.Ping:
                Add(Pings, $"{flags} {Convert.ToHexString(payload)}\n");
                break;
            case Frame.WindowUpdate:
            case Frame.Settings when (flags & Frame.Ack) != 0:
                break;
            default:
                _isBroken |=
                    type == Frame.GoAway && payload.Length >= 8 && payload.Slice(4, 4).ContainsAnyExcept((byte)0);
                Add(Connection, $"type {type}, flags {flags}, stream {stream}, {Convert.ToHexString(payload)}\n");
                break;
        }
    }

    private void AddEnd(int stream, bool isEnd)
    {
        if (isEnd)
        {
            Add(stream, "\n[end]");
        }
    }

    private void Add(int stream, string text)
    {
        if (!_streams.TryGetValue(stream, out var builder))
        {
            _streams.Add(stream, builder = new StringBuilder());
        }

        builder.Append(CultureInfo.InvariantCulture, $"{text}");
    }
}
