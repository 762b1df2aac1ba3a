using System.Buffers.Binary;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Bodies of gRPC calls.</summary>
internal static class GrpcBytes
{
    /// <summary>A message with its prefix.</summary>
    public static byte[] Message(int length, bool compressed = false) =>
        [.. Prefix((uint)length, compressed), .. Bytes.Of(length)];

    /// <summary>What stands in front of a message.</summary>
    public static byte[] Prefix(uint length, bool compressed = false)
    {
        var prefix = new byte[5];
        prefix[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(1), length);
        return prefix;
    }
}
