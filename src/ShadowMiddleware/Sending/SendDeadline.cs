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
    private CancellationTokenRegistration _stopping;
    private int _sends;

    // The number of the send whose time runs; 0 when none does. Who sets it to 0 has decided: the timer that the send is over, or its end
    // that it was in time.
    private int _running;
    private long _began;
    private long _timeoutTicks;

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

    /// <summary>Tells the client that the send is over.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>
    /// Tells who waits for the client that the send is over, after the client was told: so a send has let go of its connection before the next
    /// one begins.
    /// </summary>
    public CancellationToken GivenUp => _givenUp.Token;

    /// <exception cref="ArgumentOutOfRangeException">The time is more than a timer can hold.</exception>
    public void Begin(TimeSpan timeout, CancellationToken stopping)
    {
        _began = _timeProvider.GetTimestamp();
        _timeoutTicks = timeout.Ticks;
        _sends = _sends == int.MaxValue ? 1 : _sends + 1;
        Volatile.Write(ref _running, _sends);
        _timer.Change(timeout, Timeout.InfiniteTimeSpan);

        // Before the client can: callbacks are called in the opposite order.
        _over.Token.UnsafeRegister(static self => ((SendDeadline)self!)._givenUp.Cancel(), this);
        _stopping = stopping.UnsafeRegister(static self => ((SendDeadline)self!).End(), this);
    }

    /// <summary>Ends the time of a send.</summary>
    /// <returns>Whether another send can use this. Not when the time was over: somebody may still hold the token.</returns>
    public bool TryReset()
    {
        var wasInTime = Interlocked.Exchange(ref _running, 0) != 0;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return wasInTime && (_stopping == default || _stopping.Unregister()) && _over.TryReset() && _givenUp.TryReset();
    }

    // A timer that was too late for the last send may come while the next one has its time.
    private void OnTimer()
    {
        var running = Volatile.Read(ref _running);
        if (running == 0)
        {
            return;
        }

        var left = TimeSpan.FromTicks(_timeoutTicks) - _timeProvider.GetElapsedTime(_began);
        if (left > TimeSpan.Zero)
        {
            _timer.Change(left < Tick ? Tick : left, Timeout.InfiniteTimeSpan);
        }
        else if (Interlocked.CompareExchange(ref _running, 0, running) == running)
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
