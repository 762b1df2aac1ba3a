using NSubstitute;
using ShadowMiddleware.Background;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Background;

public sealed class BackgroundWorkersTests : IDisposable
{
    private readonly TestTimeProvider _time = new();
    private readonly RecordingLogger<BackgroundWorkers> _logger = new();
    private readonly ManualResetEventSlim _release = new();
    private BackgroundWorkers? _workers;

    public void Dispose()
    {
        _release.Set();
        _workers?.Dispose();
        _release.Dispose();
    }

    [Fact]
    public void Count_IsHalfOfTheProcessorsAndAtLeastOne()
    {
        using var workers = new BackgroundWorkers(_logger, _time);

        Assert.Equal(Math.Max(1, Environment.ProcessorCount / 2), workers.Count);
    }

    [Fact]
    public async Task Queue_RunsWorkOnAThreadThatIsNotOfThePool()
    {
        var workers = Create(1);
        var thread = new TaskCompletionSource<(Thread, bool)>(TaskCreationOptions.RunContinuationsAsynchronously);

        workers.Queue(() => thread.SetResult((Thread.CurrentThread, workers.IsCurrent)));

        var (current, isWorker) = await Soon.Ends(thread.Task);
        Assert.False(current.IsThreadPoolThread);
        Assert.True(current.IsBackground);
        Assert.True(isWorker);
        Assert.False(workers.IsCurrent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Queue_OfMany_RunsNoMoreAtOnceThanThereAreWorkers(int count)
    {
        var workers = Create(count);
        int running = 0,
            highest = 0,
            ended = 0;
        for (var i = 0; i < 500; i++)
        {
            workers.Queue(() =>
            {
                var now = Interlocked.Increment(ref running);
                for (var seen = Volatile.Read(ref highest); seen < now; seen = Volatile.Read(ref highest))
                {
                    Interlocked.CompareExchange(ref highest, now, seen);
                }

                Thread.SpinWait(100);
                Interlocked.Decrement(ref running);
                Interlocked.Increment(ref ended);
            });
        }

        await Soon.Holds(() => Volatile.Read(ref ended) == 500, "all work ran");
        Assert.InRange(highest, 1, count);
        Assert.InRange(workers.Threads, 0, count);
    }

    [Fact]
    public async Task Queue_OfOneAfterTheOther_WhenWorkersFallAsleep_ForgetsNone()
    {
        var workers = Create(2);
        for (var i = 0; i < 20_000; i++)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            workers.Queue(ended.SetResult);
            await Soon.Ends(ended.Task);
        }
    }

    [Fact]
    public async Task Queue_OfWorkThatBlocks_GetsAnotherWorkerWhenTheWatchHasSeenIt()
    {
        var workers = Create(1);
        await BlockAsync(workers);
        var behind = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        workers.Queue(behind.SetResult);

        LookUntilBlocked();

        await Soon.Ends(behind.Task);
        Assert.Equal(2, workers.Threads);
        _release.Set();
        await Soon.Holds(() => workers.Threads == 1, "the worker that was replaced left");
    }

    [Fact]
    public async Task Queue_BehindAWorkerThatIsBusy_GetsAnotherOnlyWhenThatTakesLong()
    {
        var workers = Create(1);
        await Soon.Ends(
            RunAsync(
                workers,
                () =>
                {
                    workers.Queue(() => SpinWait.SpinUntil(() => _release.IsSet));
                    return true;
                }
            )
        );
        var behind = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        workers.Queue(behind.SetResult);

        // The first sees what each worker does.
        _time.Advance(BackgroundWorkers.LooksUntilBlocked * BackgroundWorkers.WatchInterval);
        var threads = workers.Threads;
        _time.Advance(BackgroundWorkers.WatchInterval);

        await Soon.Ends(behind.Task);
        Assert.Equal(1, threads);
    }

    [Fact]
    public async Task Queue_OfTwoAtOnceWhileTheWorkerSleeps_HasTheSecondDoneWhereTheFirstBlocks()
    {
        var workers = Create(1);
        await Soon.Ends(RunAsync(workers, () => true));
        var behind = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Soon.Holds(() => workers.IsAsleep, "the worker sleeps");
        var blocking = BlockAsync(workers);
        workers.Queue(behind.SetResult);
        await blocking;
        LookUntilBlocked();

        await Soon.Ends(behind.Task);
    }

    [Fact]
    public async Task Queue_WhereNoThreadCanBeStarted_IsDoneWhenOneCan()
    {
        var starts = 0;
        var workers = _workers = new BackgroundWorkers(
            _logger,
            _time,
            count: 1,
            worker =>
            {
                if (++starts <= 2)
                {
                    throw new InvalidOperationException("no thread");
                }

                new Thread(() => worker.Owner.Run(worker)) { IsBackground = true }.Start();
            }
        );
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        workers.Queue(done.SetResult);
        await Soon.Holds(() => starts == 1 && _logger.Lines.Length == 1, "the first start failed");
        _time.Advance(BackgroundWorkers.WatchInterval);
        await Soon.Holds(() => starts == 2, "the second start failed");
        await Soon.Holds(
            () =>
            {
                _time.Advance(BackgroundWorkers.WatchInterval);
                return done.Task.IsCompleted;
            },
            "the third start was made"
        );

        Assert.Equal("no thread", Assert.Single(_logger.Lines).Exception?.Message);
        Assert.Equal(1, workers.Threads);
    }

    [Fact]
    public async Task Queue_WhereTicksComeLateAndInARow_StartsNoOtherWorker()
    {
        var time = new LateTicks();
        var workers = _workers = new BackgroundWorkers(_logger, time, 1);
        await BlockAsync(workers);
        workers.Queue(static () => { });
        time.Now = BackgroundWorkers.WatchInterval;

        for (var i = 0; i < 2 * BackgroundWorkers.LooksUntilLogged; i++)
        {
            time.Tick();
        }

        Assert.Equal(1, workers.Threads);
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public async Task Queue_OfWorkThatBlocksForEver_StopsAtABound()
    {
        var workers = Create(1);
        for (var i = 0; i < BackgroundWorkers.MaxBlocked + 1; i++)
        {
            var blocking = BlockAsync(workers);
            LookUntilBlocked();
            await blocking;
        }

        var behind = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        workers.Queue(behind.SetResult);
        _time.Advance(10 * BackgroundWorkers.WatchInterval);

        Assert.Equal(BackgroundWorkers.MaxBlocked + 1, workers.Threads);
        Assert.False(behind.Task.IsCompleted);
        _release.Set();
        await Soon.Ends(behind.Task);
        await Soon.Holds(() => workers.Threads == 1, "the workers that were replaced left");
    }

    [Fact]
    public async Task Queue_OfWorkThatBlocksForMoreThanASecond_IsLoggedOnce()
    {
        var workers = Create(1);
        await BlockAsync(workers);
        workers.Queue(static () => { });
        _time.Advance(BackgroundWorkers.LooksUntilLogged * BackgroundWorkers.WatchInterval);
        var isTooEarly = _logger.Lines.Length > 0;

        for (var i = 0; i < 3; i++)
        {
            var blocking = BlockAsync(workers);
            LookUntilBlocked();
            await blocking;
        }

        Assert.False(isTooEarly);
        Assert.Contains(
            "blocked for more than a second",
            Assert.Single(_logger.Lines).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Queue_OfWorkThatThrows_IsLoggedAndTheWorkerGoesOn()
    {
        var workers = Create(1);
        var behind = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        workers.Queue(static () => throw new InvalidOperationException("broken"));
        workers.Queue(behind.SetResult);

        await Soon.Ends(behind.Task);
        Assert.Equal("broken", Assert.Single(_logger.Lines).Exception?.Message);
    }

    [Fact]
    public async Task Queue_OfWorkThatLeavesAContext_DoesNotHandItToTheNext()
    {
        var workers = Create(1);
        var local = new AsyncLocal<string>();
        var seen = new TaskCompletionSource<(string?, SynchronizationContext?)>();

        workers.Queue(() =>
        {
            local.Value = "of another copy";
            SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
        });
        workers.Queue(() => seen.SetResult((local.Value, SynchronizationContext.Current)));

        Assert.Equal((null, null), await Soon.Ends(seen.Task));
    }

    [Fact]
    public async Task Queue_AfterDispose_StillRuns()
    {
        var workers = Create(1);
        await Soon.Ends(RunAsync(workers, () => true));
        workers.Dispose();
        await Soon.Holds(() => workers.Threads == 0, "the thread ended");

        Assert.True(await Soon.Ends(RunAsync(workers, () => workers.IsCurrent)));
        await Soon.Holds(() => workers.Threads == 0, "the thread ended again");
    }

    [Fact]
    public async Task SwitchAsync_ContinuesOnAWorker_AndAtOnceWithinASlice()
    {
        var workers = Create(1);
        var order = new List<string>();

        await SwitchAndNote();
        await Task.Yield();

        Assert.Equal(["before", "within", "turn of others", "after"], order);

        async Task SwitchAndNote()
        {
            await workers.SwitchAsync();
            Assert.True(workers.IsCurrent);
            order.Add("before");
            workers.Queue(() => order.Add("turn of others"));
            await workers.SwitchAsync();
            order.Add("within");
            for (var step = 0; step < BackgroundWorkers.StepsPerSlice; step++)
            {
                await workers.SwitchAsync();
            }

            Assert.True(workers.IsCurrent);
            order.Add("after");
        }
    }

    [Fact]
    public async Task YieldAsync_OnAWorker_ContinuesAfterWhatWaits()
    {
        var workers = Create(1);
        var order = new List<string>();

        await workers.SwitchAsync();
        workers.Queue(() => order.Add("turn of others"));
        await workers.YieldAsync();
        order.Add("after");
        await Task.Yield();

        Assert.Equal(["turn of others", "after"], order);
    }

    // One look to see what each worker does, and so many to see that it still does the same.
    private void LookUntilBlocked() =>
        _time.Advance((BackgroundWorkers.LooksUntilBlocked + 1) * BackgroundWorkers.WatchInterval);

    private static Task<T> RunAsync<T>(BackgroundWorkers workers, Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        workers.Queue(() => result.SetResult(work()));
        return result.Task;
    }

    private BackgroundWorkers Create(int count) => _workers = new BackgroundWorkers(_logger, _time, count);

    /// <returns>Ends when the work is under way, and blocks its worker.</returns>
    private Task BlockAsync(BackgroundWorkers workers)
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        workers.Queue(() =>
        {
            began.SetResult();
            _release.Wait();
        });
        return Soon.Ends(began.Task);
    }

    /// <summary>A clock whose ticks a test makes, whatever the time.</summary>
    private sealed class LateTicks : TimeProvider
    {
        private Action? _tick;

        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _tick = () => callback(state);
            return Substitute.For<ITimer>();
        }

        public void Tick() => _tick!();
    }
}
