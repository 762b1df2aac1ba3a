namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>
/// Bytes of any length that nobody stores: what stands at a position follows from the position, so that a byte that is lost, doubled
/// or moved shows.
/// </summary>
internal static class Pattern
{
    // A prime, so that no block size is a multiple of it.
    private const int Period = 65_521;

    public const int MaxPiece = 64 * 1024;

    private static readonly byte[] Bytes = Make();

    /// <summary>The bytes from a position on, at most as many as <see cref="MaxPiece"/>.</summary>
    public static ReadOnlyMemory<byte> At(long position, int count) => Bytes.AsMemory((int)(position % Period), count);

    /// <summary>Whether bytes are those from a position on.</summary>
    public static bool Matches(long position, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, MaxPiece);
            if (!bytes[..count].SequenceEqual(At(position, count).Span))
            {
                return false;
            }

            bytes = bytes[count..];
            position += count;
        }

        return true;
    }

    public static byte[] Take(int length)
    {
        var taken = new byte[length];
        for (var position = 0; position < length; position += MaxPiece)
        {
            At(position, Math.Min(MaxPiece, length - position)).CopyTo(taken.AsMemory(position));
        }

        return taken;
    }

    /// <summary>Writes the bytes from one position to another, in large pieces.</summary>
    public static async Task WriteAsync(
        Stream stream,
        long from,
        long to,
        CancellationToken token,
        Action<long>? written = null
    )
    {
        for (var position = from; position < to; )
        {
            var count = (int)Math.Min(MaxPiece, to - position);
            await stream.WriteAsync(At(position, count), token);
            position += count;
            written?.Invoke(position);
        }

        await stream.FlushAsync(token);
    }

    /// <summary>Reads to the end, from a position on.</summary>
    /// <returns>Where the stream ended; -1 when a byte was another.</returns>
    public static async Task<long> ReadAsync(Stream stream, long from, CancellationToken token)
    {
        var buffer = new byte[MaxPiece];
        var position = from;
        int read;
        while ((read = await stream.ReadAsync(buffer, token)) > 0)
        {
            if (!Matches(position, buffer.AsSpan(0, read)))
            {
                return -1;
            }

            position += read;
        }

        return position;
    }

    private static byte[] Make()
    {
        var period = new byte[Period];
        new Random(Period).NextBytes(period);
        return [.. period, .. period, .. period.AsSpan(0, 64)];
    }
}
