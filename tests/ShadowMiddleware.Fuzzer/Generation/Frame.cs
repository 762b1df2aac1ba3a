using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>Frames of HTTP/2 as bytes (RFC 9113 section 4). Nothing is checked: half of them are meant to be wrong.</summary>
internal static class Frame
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Priority = 2;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte PushPromise = 5;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;

    public const byte EndStream = 1;
    public const byte Ack = 1;
    public const byte EndHeaders = 4;
    public const byte Padded = 8;
    public const byte HasPriority = 0x20;

    /// <summary>The most that a server takes by default in one frame.</summary>
    public const int MaxLength = 16_384;

    public static byte[] Of(byte type, int flags, uint stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = (byte)flags;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    /// <summary>For people: one line for each frame, as far as there are any.</summary>
    public static string Describe(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var preface = bytes.IndexOf("SM\r\n\r\n"u8);
        for (bytes = bytes[(preface < 0 ? 0 : preface + 6)..]; bytes.Length >= 9; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes) >>> 8;
            text.Append(
                CultureInfo.InvariantCulture,
                $"  frame type {bytes[3]}, flags {bytes[4]:x2}, stream {BinaryPrimitives.ReadInt32BigEndian(bytes[5..])}, {length} bytes\n"
            );
            bytes = bytes[Math.Min(9 + length, bytes.Length)..];
        }

        return text.ToString();
    }

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
