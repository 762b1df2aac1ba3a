using System.Diagnostics;

namespace ShadowMiddleware.LoadTest.Load;

/// <summary>When which request is due. Time is in the ticks of <see cref="Stopwatch"/>, which are nanoseconds on Linux.</summary>
internal sealed class Schedule
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly long _end;
    private readonly long _limit;
    private readonly TimeSpan _grace;
    private readonly double? _interval;
    private long _next;

    /// <param name="rate">Requests a second; <see langword="null"/>: each is due at once.</param>
    /// <param name="time">How long requests are due.</param>
    /// <param name="grace">How long after that the answers are waited for: nobody waits for ever for an app that has stopped answering, or has fallen behind.</param>
    public Schedule(double? rate, TimeSpan time, TimeSpan grace)
    {
        _grace = grace;
        _end = _start + InTicks(time);
        _limit = _end + InTicks(grace);
        _interval = Stopwatch.Frequency / rate;
    }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Whether nothing more is to be sent.</summary>
    public bool IsOver => (_interval is null ? Stopwatch.GetTimestamp() : NextDue) >= _end;

    /// <summary>Takes the next request that is due.</summary>
    public bool TryTake(out long dueAt)
    {
        var now = Stopwatch.GetTimestamp();
        dueAt = _interval is null ? now : NextDue;
        if (dueAt >= _end || dueAt > now)
        {
            return false;
        }

        _next++;
        return true;
    }

    /// <summary>Gives up on an app that does not answer, or has fallen too far behind.</summary>
    public void ThrowIfLate()
    {
        if (Stopwatch.GetTimestamp() > _limit)
        {
            throw new LoadException($"The app is more than {_grace.TotalSeconds:F0} s late with its answers.");
        }
    }

    /// <summary>How long to wait for answers, in nanoseconds.</summary>
    public long GetPatience(bool hasIdle)
    {
        var until = hasIdle && _interval is not null && NextDue < _end ? NextDue : _limit;
        return Math.Max(until - Stopwatch.GetTimestamp(), 0) * (1_000_000_000 / Stopwatch.Frequency);
    }

    private long NextDue => _start + (long)(_next * _interval.GetValueOrDefault());

    private static long InTicks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
