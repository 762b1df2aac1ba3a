using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

public sealed class SendDeadlineTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TestTimeProvider _time = new();
    private readonly SendDeadline _deadline;

    public SendDeadlineTests() => _deadline = new SendDeadline(_time);

    [Fact]
    public void Begin_EndsTheSendAfterItsTimeAndNotBefore()
    {
        _deadline.Begin(Second, CancellationToken.None);
        _deadline.PrepareToGiveUp();

        _time.Advance(Second - TimeSpan.FromTicks(1));
        Assert.False(_deadline.Over.IsCancellationRequested);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.True(_deadline.Over.IsCancellationRequested);
        Assert.True(_deadline.GivenUp.IsCancellationRequested);
    }

    [Fact]
    public void Begin_WhenTheHostStops_EndsTheSend()
    {
        using var stopping = new CancellationTokenSource();
        _deadline.Begin(Second, stopping.Token);
        _deadline.PrepareToGiveUp();

        stopping.Cancel();

        Assert.True(_deadline.Over.IsCancellationRequested);
        Assert.True(_deadline.GivenUp.IsCancellationRequested);
    }

    [Fact]
    public void GivenUp_ComesAfterTheClientWasTold()
    {
        var order = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            _deadline.Begin(Second, CancellationToken.None);
            _deadline.PrepareToGiveUp();
            Assert.True(_deadline.TryReset());
        }

        _deadline.Begin(Second, CancellationToken.None);
        _deadline.PrepareToGiveUp();
        using var waiting = _deadline.GivenUp.Register(() => order.Add("given up"));
        using var sending = _deadline.Over.Register(() => order.Add("over"));
        _time.Advance(Second);

        Assert.Equal(["over", "given up"], order);
    }

    [Fact]
    public void TryReset_OfASendThatEndedInTime_LeavesNothingOfIt()
    {
        using var stopping = new CancellationTokenSource();
        var called = 0;
        _deadline.Begin(Second, stopping.Token);
        using var late = _deadline.Over.Register(() => called++);

        Assert.True(_deadline.TryReset());
        stopping.Cancel();
        _deadline.Begin(2 * Second, CancellationToken.None);
        _time.Advance(2 * Second - TimeSpan.FromTicks(1));

        Assert.False(_deadline.Over.IsCancellationRequested);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(_deadline.Over.IsCancellationRequested);
        Assert.Equal(0, called);
    }

    [Fact]
    public void TryReset_LeavesATimerThatEndsByItself()
    {
        _deadline.Begin(Second, CancellationToken.None);
        Assert.True(_deadline.TryReset());

        _time.Advance(Second);

        Assert.Equal(0, _time.ActiveTimers);
        Assert.False(_deadline.Over.IsCancellationRequested);
    }

    [Theory]
    [InlineData(1, 0.4)]
    [InlineData(10, 0.4)]
    [InlineData(10, 0)]
    [InlineData(0.5, 0.4)]
    [InlineData(0.5, 0.6)]
    public void Begin_AfterASendOfAnotherTime_HasItsOwn(double secondsBefore, double secondsBetween)
    {
        _deadline.Begin(TimeSpan.FromSeconds(secondsBefore), CancellationToken.None);
        Assert.True(_deadline.TryReset());
        _time.Advance(TimeSpan.FromSeconds(secondsBetween));

        _deadline.Begin(Second, CancellationToken.None);

        _time.Advance(Second - TimeSpan.FromTicks(1));
        Assert.False(_deadline.Over.IsCancellationRequested);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(_deadline.Over.IsCancellationRequested);
    }

    [Fact]
    public void Begin_WhenTheHostHasStopped_EndsTheSend()
    {
        using var stopping = new CancellationTokenSource();
        _deadline.Begin(Second, stopping.Token);
        Assert.True(_deadline.TryReset());
        stopping.Cancel();

        _deadline.Begin(Second, stopping.Token);

        Assert.True(_deadline.Over.IsCancellationRequested);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryReset_OfASendThatIsOver_SaysThatNobodyElseMayUseIt(bool stops)
    {
        using var stopping = new CancellationTokenSource();
        _deadline.Begin(Second, stopping.Token);
        if (stops)
        {
            stopping.Cancel();
        }
        else
        {
            _time.Advance(Second);
        }

        Assert.False(_deadline.TryReset());
    }

    [Fact]
    public void Timer_OfTheSendBefore_DoesNotEndTheNext()
    {
        // A timer that fires while it is stopped comes too late for the one, and too early for the other.
        using var late = new HeldTimerProvider();
        var deadline = new SendDeadline(late);
        deadline.Begin(Second, CancellationToken.None);
        Assert.True(deadline.TryReset());
        deadline.Begin(Second, CancellationToken.None);

        late.Fire();
        Assert.False(deadline.Over.IsCancellationRequested);
        Assert.Equal(Second, late.Due);

        late.Now += Second;
        late.Fire();
        Assert.True(deadline.Over.IsCancellationRequested);
    }

    [Fact]
    public void Timer_ThatFindsTheTimeOverAsTheSendEnds_DoesNotEndTheNext()
    {
        using var late = new HeldTimerProvider();
        var deadline = new SendDeadline(late);
        deadline.Begin(Second, CancellationToken.None);
        late.Now += Second;

        // The timer has begun to look when the send ends and the next one begins.
        late.Looking = () =>
        {
            late.Looking = null;
            Assert.True(deadline.TryReset());
            deadline.Begin(Second, CancellationToken.None);
        };
        late.Fire();

        Assert.False(deadline.Over.IsCancellationRequested);
    }

    [Fact]
    public void Timer_AfterTheSend_DoesNothing()
    {
        using var late = new HeldTimerProvider();
        var deadline = new SendDeadline(late);
        deadline.Begin(Second, CancellationToken.None);
        Assert.True(deadline.TryReset());

        late.Now += Second;
        late.Fire();

        Assert.False(deadline.Over.IsCancellationRequested);
        Assert.Equal(Timeout.InfiniteTimeSpan, late.Due);
    }

    [Fact]
    public void Timer_WithACallbackThatThrows_ReachesNobody()
    {
        _deadline.Begin(Second, CancellationToken.None);
        _deadline.PrepareToGiveUp();
        using var handler = _deadline.Over.Register(() => throw new InvalidOperationException("a handler's"));

        Assert.Null(Record.Exception(() => _time.Advance(Second)));
        Assert.True(_deadline.GivenUp.IsCancellationRequested);
    }

    [Fact]
    public void Begin_ForLongerThanATimerHolds_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            _deadline.Begin(TimeSpan.FromDays(60), CancellationToken.None)
        );

    [Fact]
    public void Pool_GivesOutAgainWhatCanBeUsedAgain()
    {
        var pool = new SendDeadlinePool(_time);
        var used = pool.Get();
        used.Begin(Second, CancellationToken.None);
        pool.GiveBack(used);
        Assert.Same(used, pool.Get());

        used.Begin(Second, CancellationToken.None);
        _time.Advance(Second);
        pool.GiveBack(used);
        Assert.NotSame(used, pool.Get());
    }

    /// <summary>A clock whose only timer fires when the test says so.</summary>
    private sealed class HeldTimerProvider : TimeProvider, ITimer
    {
        private Action _callback = () => { };

        public TimeSpan Now { get; set; }

        public TimeSpan Due { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        /// <summary>Called when somebody has looked at the clock.</summary>
        public Action? Looking { get; set; }

        public override long GetTimestamp()
        {
            var now = Now.Ticks;
            Looking?.Invoke();
            return now;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = () => callback(state);
            return this;
        }

        public void Fire()
        {
            Due = Timeout.InfiniteTimeSpan;
            _callback();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return true;
        }

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
