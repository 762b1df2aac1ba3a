using System.Diagnostics;

namespace ShadowMiddleware.LoadTest.Load;

/// <summary>When which request is due. Time is in the ticks of <see cref="Stopwatch"/>, which are nanoseconds on Linux.</summary>
internal sealed class Schedule
{
    // Nobody waits for ever for an app that has stopped answering, or for one that has fallen behind.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly long _end;
    private readonly long _limit;
    private readonly double? _interval;
    private long _next;

    public Schedule(double? rate, TimeSpan time)
    {
        _end = _start + InTicks(time);
        _limit = _end + InTicks(Grace);
        _interval = Stopwatch.Frequency / rate;
    }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Sends what is due, as long as there are clients that wait for nothing.</summary>
    /// <returns>Whether there is more to be sent.</returns>
    public bool Send(Queue<LoadConnection> idle)
    {
        var now = Stopwatch.GetTimestamp();
        if (now > _limit)
        {
            throw new LoadException($"Requests were not answered within {Grace.TotalSeconds:F0} s after the load.");
        }

        if (_interval is null)
        {
            while (now < _end && idle.TryDequeue(out var connection))
            {
                connection.Send(now);
                now = Stopwatch.GetTimestamp();
            }

            return now < _end;
        }

        while (NextDue < _end && NextDue <= now && idle.TryDequeue(out var connection))
        {
            connection.Send(NextDue);
            _next++;
        }

        return NextDue < _end;
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
