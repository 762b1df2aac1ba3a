namespace ShadowMiddleware.Capture;

/// <summary>How many bytes of captured bodies the process holds, and may hold, for all shadows together. Never waits.</summary>
internal sealed class ByteBudget
{
    private long _limit;
    private long _used;

    public ByteBudget(long limit) => _limit = limit;

    /// <summary>A lower limit takes nothing back: it refuses what comes until enough was released.</summary>
    public long Limit
    {
        get => Volatile.Read(ref _limit);
        set => Volatile.Write(ref _limit, value);
    }

    public long Used => Interlocked.Read(ref _used);

    public bool TryReserve(int bytes)
    {
        // Not added first and taken back: a request that is refused would take the room of one that fits, for as long as that lasts.
        var used = Used;
        while (used + bytes <= Limit)
        {
            var seen = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (seen == used)
            {
                return true;
            }

            used = seen;
        }

        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _used, -bytes);
}
