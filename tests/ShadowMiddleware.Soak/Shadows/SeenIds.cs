namespace ShadowMiddleware.Soak.Shadows;

/// <summary>Which numbers there were, one bit for each: memory stays flat, however many there are.</summary>
internal sealed class SeenIds
{
    private const int Most = 1 << 26;
    private readonly long[] _bits = new long[Most / 64];

    /// <summary><see langword="false"/> when the number was there before.</summary>
    public bool TryAdd(int id)
    {
        var bit = 1L << (id % 64);
        return (Interlocked.Or(ref _bits[id / 64], bit) & bit) == 0;
    }
}
