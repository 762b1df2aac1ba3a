using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Bytes to tell apart by their place.</summary>
internal static class Bytes
{
    // 251 is a prime below 256: neither a block's size nor a read's is a multiple of the period.
    private const int Period = 251;

    public static byte[] Of(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % Period))];

    public static byte[] In(PooledBodyBuffer buffer)
    {
        using var bytes = new MemoryStream();
        for (var i = 0; i < buffer.BlockCount; i++)
        {
            bytes.Write(buffer.GetBlock(i).Span);
        }

        return bytes.ToArray();
    }
}
