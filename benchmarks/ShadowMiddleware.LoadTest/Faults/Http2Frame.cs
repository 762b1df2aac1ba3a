using System.Buffers.Binary;

namespace ShadowMiddleware.LoadTest.Faults;

/// <summary>A frame of HTTP/2 (RFC 9113 section 4), as far as a shadow needs it that speaks by hand.</summary>
internal sealed record Http2Frame(byte Type, byte Flags, int Stream, byte[] Payload)
{
    public const byte Data = 0x0;
    public const byte Headers = 0x1;
    public const byte Priority = 0x2;
    public const byte Settings = 0x4;
    public const byte Ping = 0x6;
    public const byte WindowUpdate = 0x8;
    public const byte AltSvc = 0xa;

    public const byte Ack = 0x1;
    public const byte EndStream = 0x1;
    public const byte EndHeaders = 0x4;

    private const int HeadLength = 9;

    public byte[] ToBytes()
    {
        var bytes = new byte[HeadLength + Payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Payload.Length << 8);
        bytes[3] = Type;
        bytes[4] = Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Stream);
        Payload.CopyTo(bytes, HeadLength);
        return bytes;
    }

    public static async Task<Http2Frame> ReadAsync(Stream stream)
    {
        var head = new byte[HeadLength];
        await stream.ReadExactlyAsync(head);
        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
        await stream.ReadExactlyAsync(payload);
        return new Http2Frame(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
    }
}
