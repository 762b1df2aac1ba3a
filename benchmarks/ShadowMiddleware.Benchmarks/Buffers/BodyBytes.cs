namespace ShadowMiddleware.Benchmarks.Buffers;

/// <summary>The content of the bodies that cross the queue: all the same, so that reading is cheap and still looks at every byte.</summary>
internal static class BodyBytes
{
    private const byte Content = (byte)'x';

    public static byte[] Create(int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, Content);
        return bytes;
    }

    /// <summary>Reads as a socket would.</summary>
    public static long Read(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOfAnyExcept(Content) < 0
            ? bytes.Length
            : throw new InvalidOperationException("The bytes are not those that were kept.");
}
