using System.Diagnostics.CodeAnalysis;

namespace ShadowMiddleware.Sending;

/// <summary>
/// When one send is over: after its time, or when the host stops. It is used for one send after the other, because what waits for a token costs an
/// allocation for each new source of one.
/// </summary>
/// <remarks>For one send at a time. Its own timer, not the source's: that one cannot be used again with every clock, and lets exceptions of callbacks end
/// the process.</remarks>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A handler that ignores its token may still hold it. Nothing here holds anything but memory."
)]
internal sealed class SendDeadline
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenSource _givenUp = new();
    private CancellationToken _stopping;
    private CancellationTokenRegistration _registration;
    private int _sends;

    // The number of the send whose time runs; 0 when none does. Who sets it to 0 has decided: the timer that the send is over, or its end
    // that it was in time.
    private int _running;
    private long _began;
    private long _timeoutTicks;

    // Whether the timer is to come, and for which time it was set. It is left alone at the end of a send: to stop it and set it again for each
    // takes the process's timers two locks, and a timer that comes too early can look at the clock.
    private int _isTimerSet;
    private long _timerTicks;

    public SendDeadline(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(
            static self => ((SendDeadline)self!).OnTimer(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>How long the send may take.</summary>
    public TimeSpan Time => TimeSpan.FromTicks(Volatile.Read(ref _timeoutTicks));

    /// <summary>Tells the client that the send is over.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>
    /// Tells who waits for the client that the send is over, after the client was told: so a send has let go of its connection before the next
    /// one begins. Only after <see cref="PrepareToGiveUp"/>.
    /// </summary>
    public CancellationToken GivenUp => _givenUp.Token;

    /// <summary>Begins the time of a send.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is more than a timer can hold.</exception>
    public void Begin(TimeSpan timeout, CancellationToken stopping)
    {
        _began = _timeProvider.GetTimestamp();
        _timeoutTicks = timeout.Ticks;
        _sends = _sends == int.MaxValue ? 1 : _sends + 1;
        Volatile.Write(ref _running, _sends);
        SetTimer(timeout);
        if (stopping != _stopping)
        {
            _registration.Dispose();
            _stopping = stopping;
            _registration = stopping.UnsafeRegister(static self => ((SendDeadline)self!).OnStopping(), this);
        }
        else if (stopping.IsCancellationRequested)
        {
            OnStopping();
        }
    }

    /// <summary>Has <see cref="GivenUp"/> tell. To be called before the client gets the token: what registers last is called first.</summary>
    public void PrepareToGiveUp() =>
        _over.Token.UnsafeRegister(static self => ((SendDeadline)self!)._givenUp.Cancel(), this);

    /// <summary>Ends the time of a send.</summary>
    /// <returns>Whether another send can use this. Not when the time was over: somebody may still hold the token.</returns>
    public bool TryReset()
    {
        if (Interlocked.Exchange(ref _running, 0) != 0 && _over.TryReset() && _givenUp.TryReset())
        {
            return true;
        }

        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _registration.Unregister();
        return false;
    }

    private void SetTimer(TimeSpan timeout)
    {
        // One that is to come no later than this serves this too.
        if (Interlocked.Exchange(ref _isTimerSet, 1) == 0 || timeout.Ticks < _timerTicks)
        {
            _timerTicks = timeout.Ticks;
            _timer.Change(timeout, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        while (true)
        {
            var running = Volatile.Read(ref _running);
            if (running == 0)
            {
                // Of a send that begins meanwhile, either this sees that it runs, or it sees that the timer is not set.
                Interlocked.Exchange(ref _isTimerSet, 0);
                if (Volatile.Read(ref _running) == 0 || Interlocked.Exchange(ref _isTimerSet, 1) != 0)
                {
                    return;
                }

                continue;
            }

            var left = TimeSpan.FromTicks(Volatile.Read(ref _timeoutTicks)) - _timeProvider.GetElapsedTime(_began);
            if (left <= TimeSpan.Zero)
            {
                if (Interlocked.CompareExchange(ref _running, 0, running) == running)
                {
                    End();
                    return;
                }

                continue;
            }

            _timer.Change(left < Tick ? Tick : left, Timeout.InfiniteTimeSpan);
            if (Volatile.Read(ref _running) is var now && (now == running || now == 0))
            {
                return;
            }
        }
    }

    private void OnStopping()
    {
        if (Interlocked.Exchange(ref _running, 0) != 0)
        {
            End();
        }
    }

    private void End()
    {
        try
        {
            _over.Cancel();
        }
        catch (AggregateException)
        {
            // Of callbacks of handlers that the app added. All were called.
        }
    }
}
