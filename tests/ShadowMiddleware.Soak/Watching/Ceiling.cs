namespace ShadowMiddleware.Soak.Watching;

/// <summary>Whether a number stays under a limit that moves: one that was lowered takes nothing back, so what is above it may only fall.</summary>
internal sealed class Ceiling
{
    // What is being refused at this moment is counted for an instant: an excess counts when it is there each time.
    private const int Looks = 50;

    private long _lastLimit;
    private long _last;

    public long Peak { get; private set; }

    /// <returns>The excess, in words; <see langword="null"/> when there is none.</returns>
    public async Task<string?> CheckAsync(long limit, Func<long> read)
    {
        var allowed = Math.Max(Math.Max(limit, _lastLimit), _last);
        var value = read();
        for (var i = 0; value > allowed && i < Looks; i++)
        {
            await Task.Yield();
            value = Math.Min(value, read());
        }

        _lastLimit = limit;
        _last = Math.Min(value, allowed);
        Peak = Math.Max(Peak, value);
        return value > allowed ? $"{value} over {allowed}" : null;
    }
}
