namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>
/// Time that stands still until a test moves it. What the mirror would end by its timeouts stays as it is until then: that a client was
/// answered before is shown by order, not by a stopwatch.
/// </summary>
internal sealed class StandingClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<StandingTimer> _timers = [];
    private DateTimeOffset _now = new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new StandingTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        List<StandingTimer> due;
        lock (_gate)
        {
            _now += time;
            due = _timers.FindAll(timer => timer.Due <= _now);
            _timers.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Fire());
    }

    private sealed class StandingTimer(StandingClock clock, Action callback) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._now + dueTime;
                    clock._timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
