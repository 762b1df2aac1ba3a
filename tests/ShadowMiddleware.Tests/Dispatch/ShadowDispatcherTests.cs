using NSubstitute;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Dispatch;

public sealed class ShadowDispatcherTests : IDisposable
{
    private readonly TestTimeProvider _time = new();
    private readonly DispatchPause _pause = new();
    private readonly CountingMemoryPool _memory = new();
    private readonly BlockPool _pool;
    private readonly ShadowAccount _account = TestAccount.Create();
    private readonly GatedSender _sender;
    private ShadowDispatcher? _dispatcher;

    public ShadowDispatcherTests()
    {
        _pool = new BlockPool(new ByteBudget(100_000_000), _memory);
        _sender = new GatedSender(_account);
    }

    public void Dispose()
    {
        _dispatcher?.Dispose();
        _pool.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public async Task HandOver_OfACopy_SendsItWithTheSettingsInForce()
    {
        var shadow = TestShadow.Named();
        var dispatcher = Create(shadow);
        var request = Accepted();
        _sender.LetAll();

        HandOver(dispatcher, request);
        await Soon.Ends(dispatcher.DrainAsync());

        Assert.Same(request, Assert.Single(_sender.Sent));
        Assert.Same(shadow, _sender.LastConfiguration);
        Assert.Equal("X-Tag", _sender.LastTagHeader);
        AssertSettled("2xx");
    }

    [Fact]
    public async Task HandOver_OfACopy_HoldsItsBodyUntilTheSendHasEnded()
    {
        var dispatcher = Create(TestShadow.Named());

        HandOver(dispatcher, Accepted());
        await Soon.Holds(() => _sender.Started == 1, "the send began");
        Assert.Equal(1, _memory.BlocksOut);

        _sender.LetAll();
        await Soon.Ends(dispatcher.DrainAsync());
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public async Task DrainAsync_CalledTwiceAtOnce_EndsBoth()
    {
        var dispatcher = Create(TestShadow.Named());
        HandOver(dispatcher, Accepted());

        var first = dispatcher.DrainAsync();
        var second = dispatcher.DrainAsync();
        _sender.LetAll();

        await Soon.Ends(Task.WhenAll(first, second));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task HandOver_OfMany_NeverSendsMoreThanMaxConcurrencyAtOnce(int maxConcurrency)
    {
        var dispatcher = Create(TestShadow.Named() with { MaxConcurrency = maxConcurrency });

        HandOverMany(dispatcher, 30);
        await Soon.Holds(() => _sender.Started == maxConcurrency, "all workers are at work");
        Assert.Equal(30 - maxConcurrency, dispatcher.Queued);
        for (var sent = 1; sent <= 5; sent++)
        {
            _sender.Let();
            var expected = maxConcurrency + sent;
            await Soon.Holds(() => _sender.Started == expected, "the next send began");
        }

        _sender.LetAll();
        await Soon.Ends(dispatcher.DrainAsync());
        Assert.Equal(maxConcurrency, _sender.Highest);
        Assert.Equal(30, _sender.Started);
        Assert.Equal(0, dispatcher.Workers);
        AssertSettled("2xx", 30);
    }

    [Fact]
    public async Task HandOver_OfMany_KeepsTheirOrderWithOneWorker()
    {
        var dispatcher = Create(TestShadow.Named() with { MaxConcurrency = 1 });
        var requests = Enumerable.Range(0, 20).Select(_ => Accepted()).ToArray();
        _sender.LetAll();

        foreach (var request in requests)
        {
            HandOver(dispatcher, request);
        }

        await Soon.Ends(dispatcher.DrainAsync());
        Assert.Equal(requests, _sender.Sent);
    }

    [Fact]
    public async Task Update_ThatLowersTheConcurrency_LetsWorkersGoAsTheirSendsEnd()
    {
        var dispatcher = Create(TestShadow.Named() with { MaxConcurrency = 4 });
        HandOverMany(dispatcher, 20);
        await Soon.Holds(() => _sender.Started == 4, "all workers are at work");

        dispatcher.Update(Settings(TestShadow.Named() with { MaxConcurrency = 2 }));
        foreach (var left in (int[])[3, 2])
        {
            _sender.Let();
            await Soon.Holds(() => dispatcher.Workers == left, "a worker left");
            Assert.Equal(4, _sender.Started);
        }

        for (var started = 5; started < 10; started++)
        {
            _sender.Let();
            var expected = started;
            await Soon.Holds(() => _sender.Started == expected, "the next send began");
            Assert.Equal(2, _sender.Concurrent);
            Assert.Equal(2, dispatcher.Workers);
        }

        _sender.LetAll();
        await Soon.Ends(dispatcher.DrainAsync());
        AssertSettled("2xx", 20);
    }

    [Fact]
    public async Task Update_ThatRaisesTheConcurrency_PutsWaitingCopiesOnTheirWay()
    {
        var dispatcher = Create(TestShadow.Named() with { MaxConcurrency = 1 });
        HandOverMany(dispatcher, 5);
        await Soon.Holds(() => _sender.Started == 1, "the worker is at work");

        dispatcher.Update(Settings(TestShadow.Named() with { MaxConcurrency = 3 }));

        await Soon.Holds(() => _sender.Started == 3, "all workers are at work");
        Assert.Equal(2, dispatcher.Queued);
        _sender.LetAll();
        await Soon.Ends(dispatcher.DrainAsync());
        Assert.Equal(3, _sender.Highest);
    }

    [Fact]
    public void Update_Always_ReachesTheSender()
    {
        var dispatcher = Create(TestShadow.Named());
        var changed = TestShadow.Named() with { Timeout = TimeSpan.FromSeconds(1) };

        dispatcher.Update(Settings(changed));

        Assert.Same(changed, Assert.Single(_sender.Updates));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task HandOver_ToAQueueThatIsFull_DropsTheCopy(int capacity)
    {
        var dispatcher = Create(TestShadow.Named() with { MaxConcurrency = 1, QueueCapacity = capacity });
        HandOver(dispatcher, Accepted());
        await Soon.Holds(() => _sender.Started == 1, "the worker is at work");

        HandOverMany(dispatcher, capacity - 1);
        Assert.Null(dispatcher.TryAdmit());
        HandOver(dispatcher, Accepted());
        Assert.Equal(DropReason.QueueFull, dispatcher.TryAdmit());
        Assert.Empty(_account.Counters.Read().Dropped);
        HandOver(dispatcher, Accepted());

        Assert.Equal(capacity, dispatcher.Queued);
        LedgerAssert.Only(_account.Counters.Read().Dropped, "queue_full", 1);
        Assert.Equal(capacity + 1, _memory.BlocksOut);
        _sender.LetAll();
        await Soon.Ends(dispatcher.DrainAsync());
        AssertSettled("2xx", capacity + 1);
    }

    [Fact]
    public async Task TryAdmit_AfterAReloadOfTheCapacity_GoesByTheNewOne()
    {
        var dispatcher = Create(TestShadow.Named() with { MaxConcurrency = 1, QueueCapacity = 1 });
        HandOverMany(dispatcher, 1);
        await Soon.Holds(() => _sender.Started == 1, "the worker is at work");
        HandOverMany(dispatcher, 1);
        Assert.Equal(DropReason.QueueFull, dispatcher.TryAdmit());

        dispatcher.Update(Settings(TestShadow.Named() with { MaxConcurrency = 1, QueueCapacity = 2 }));

        Assert.Null(dispatcher.TryAdmit());
        HandOverMany(dispatcher, 1);
        Assert.Empty(_account.Counters.Read().Dropped);
        _sender.LetAll();
        await Soon.Ends(dispatcher.DrainAsync());
    }

    [Fact]
    public void TryAdmit_OverTheRate_IsRefusedUntilThereIsATokenAgain()
    {
        var dispatcher = Create(TestShadow.Named() with { MaxRequestsPerSecond = 2 });

        HandOverMany(dispatcher, 2);
        Assert.Equal(DropReason.RateLimited, dispatcher.TryAdmit());
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Null(dispatcher.TryAdmit());
        HandOverMany(dispatcher, 1);
        Assert.Equal(DropReason.RateLimited, dispatcher.TryAdmit());
    }

    // Requests that never become copies take nothing from those that do.
    [Fact]
    public async Task HandOver_AmongRequestsThatWereOnlyLookedAt_GetsAllTheTokens()
    {
        var dispatcher = Create(TestShadow.Named() with { MaxRequestsPerSecond = 30 });
        _sender.LetAll();

        for (var i = 0; i < 30; i++)
        {
            Assert.All(Enumerable.Range(0, 100), _ => Assert.Null(dispatcher.TryAdmit()));
            HandOverMany(dispatcher, 1);
        }

        HandOverMany(dispatcher, 1);
        await Soon.Ends(dispatcher.DrainAsync());
        LedgerAssert.Only(LedgerAssert.Settled(_account).Dropped, "rate_limited", 1);
        Assert.Equal(30, _sender.Started);
    }

    [Fact]
    public void TryAdmit_WithoutARate_IsNotLimited()
    {
        var dispatcher = Create(TestShadow.Named());

        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.Null(dispatcher.TryAdmit()));
    }

    [Fact]
    public async Task TryAdmit_ToAQueueThatIsFull_LeavesTheToken()
    {
        var shadow = TestShadow.Named() with { MaxConcurrency = 1, QueueCapacity = 1, MaxRequestsPerSecond = 3 };
        var dispatcher = Create(shadow);
        HandOverMany(dispatcher, 1);
        await Soon.Holds(() => _sender.Started == 1, "the worker is at work");
        HandOverMany(dispatcher, 1);

        Assert.Equal(DropReason.QueueFull, dispatcher.TryAdmit());
        HandOverMany(dispatcher, 5);
        LedgerAssert.Only(_account.Counters.Read().Dropped, "queue_full", 5);
        dispatcher.Update(Settings(shadow with { QueueCapacity = 10 }));

        Assert.Null(dispatcher.TryAdmit());
        HandOverMany(dispatcher, 2);
        _sender.LetAll();
        await Soon.Ends(dispatcher.DrainAsync());
        Assert.Equal((3, 1), (_sender.Started, LedgerAssert.Settled(_account).Dropped["rate_limited"]));
    }

    [Theory]
    [InlineData(false, "withdrawn")]
    [InlineData(true, "shutdown")]
    public async Task HandOver_InTheMiddleOfWhichTheShadowGoes_DropsTheCopy(bool stops, string expected)
    {
        var time = new InterruptedTime();
        using var dispatcher = new ShadowDispatcher(
            Settings(TestShadow.Named()),
            _sender,
            _account,
            _pause,
            TestWorkers.Shared,
            time
        );
        time.Interruption = stops ? dispatcher.Stop : dispatcher.Withdraw;

        HandOver(dispatcher, Accepted());
        await Soon.Ends(dispatcher.DrainAsync());

        LedgerAssert.Only(LedgerAssert.Settled(_account).Dropped, expected, 1);
        Assert.Equal(0, _sender.Started);
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Theory]
    [InlineData(4_999, false)]
    [InlineData(5_000, false)]
    [InlineData(5_001, true)]
    public async Task QueueTimeout_OfACopyThatWaited_DropsItWhenItIsOver(int milliseconds, bool expired)
    {
        var dispatcher = Create(TestShadow.Named() with { MaxConcurrency = 1 });
        HandOverMany(dispatcher, 2);
        await Soon.Holds(() => _sender.Started == 1, "the worker is at work");

        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _sender.LetAll();
        await Soon.Ends(dispatcher.DrainAsync());

        Assert.Equal(expired ? 1 : 2, _sender.Started);
        var ledger = LedgerAssert.Settled(_account);
        Assert.Equal(expired ? 1 : 0, ledger.Dropped.GetValueOrDefault("expired"));
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public async Task Withdraw_DropsWhatWaitsAndLetsTheRestEnd()
    {
        var dispatcher = Create(TestShadow.Named() with { MaxConcurrency = 2 });
        HandOverMany(dispatcher, 7);
        await Soon.Holds(() => _sender.Started == 2, "all workers are at work");

        dispatcher.Withdraw();

        Assert.Equal(DispatcherState.Withdrawn, dispatcher.State);
        Assert.Equal(0, dispatcher.Queued);
        LedgerAssert.Only(_account.Counters.Read().Dropped, "withdrawn", 5);
        Assert.Equal(2, _memory.BlocksOut);
        _sender.LetAll();
        await Soon.Ends(dispatcher.DrainAsync());
        LedgerAssert.Only(LedgerAssert.Settled(_account).Completed, "2xx", 2);
    }

    [Fact]
    public void HandOver_ToAWithdrawnDispatcher_DropsTheCopy()
    {
        var dispatcher = Create(TestShadow.Named());
        dispatcher.Withdraw();

        HandOver(dispatcher, Accepted());

        LedgerAssert.Only(LedgerAssert.Settled(_account).Dropped, "withdrawn", 1);
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public async Task Reopen_AfterWithdraw_SendsAgain()
    {
        var dispatcher = Create(TestShadow.Named());
        dispatcher.Withdraw();

        dispatcher.Reopen();
        Assert.Equal(DispatcherState.Open, dispatcher.State);
        HandOver(dispatcher, Accepted());

        await Soon.Holds(() => _sender.Started == 1, "the send began");
        _sender.LetAll();
        await Soon.Ends(dispatcher.DrainAsync());
        AssertSettled("2xx");
    }

    [Fact]
    public void Reopen_OfAStoppedDispatcher_LeavesItStopped()
    {
        var dispatcher = Create(TestShadow.Named());
        dispatcher.Stop();

        dispatcher.Reopen();

        Assert.Equal(DispatcherState.Stopped, dispatcher.State);
    }

    [Fact]
    public void DrainAsync_OfAnIdleDispatcher_HasEnded()
    {
        var dispatcher = Create(TestShadow.Named());

        Assert.True(dispatcher.DrainAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task DrainAsync_SendsWhatWaitsAndTakesNoMore()
    {
        var dispatcher = Create(TestShadow.Named() with { MaxConcurrency = 1 });
        HandOverMany(dispatcher, 3);
        await Soon.Holds(() => _sender.Started == 1, "the worker is at work");

        var drained = dispatcher.DrainAsync();
        Assert.Equal(DispatcherState.Draining, dispatcher.State);
        HandOver(dispatcher, Accepted());
        _sender.Let(2);
        await Soon.Holds(() => _sender.Started == 3, "the last send began");
        Assert.False(drained.IsCompleted);
        _sender.Let();
        await Soon.Ends(drained);

        var ledger = LedgerAssert.Settled(_account);
        LedgerAssert.Only(ledger.Completed, "2xx", 3);
        LedgerAssert.Only(ledger.Dropped, "shutdown", 1);
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public async Task Stop_DropsWhatWaitsAndEndsWhatIsOnItsWay()
    {
        var dispatcher = Create(TestShadow.Named() with { MaxConcurrency = 2 });
        HandOverMany(dispatcher, 5);
        await Soon.Holds(() => _sender.Started == 2, "all workers are at work");
        var drained = dispatcher.DrainAsync();

        dispatcher.Stop();
        await Soon.Ends(drained);

        var ledger = LedgerAssert.Settled(_account);
        LedgerAssert.Only(ledger.Dropped, "shutdown", 3);
        LedgerAssert.Only(ledger.Failed, "shutdown", 2);
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public async Task Stop_WithASendThatDoesNotEnd_DropsWhatWaitsBehindIt()
    {
        var sender = new GatedSender(_account) { IgnoresCancellation = true };
        var shadow = TestShadow.Named() with { MaxConcurrency = 1 };
        _dispatcher = new ShadowDispatcher(Settings(shadow), sender, _account, _pause, TestWorkers.Shared, _time);
        HandOverMany(_dispatcher, 3);
        await Soon.Holds(() => sender.Started == 1, "the worker is at work");

        _dispatcher.Stop();

        LedgerAssert.Only(_account.Counters.Read().Dropped, "shutdown", 2);
        Assert.Equal(1, _memory.BlocksOut);
        sender.LetAll();
        await Soon.Ends(_dispatcher.DrainAsync());
    }

    [Fact]
    public void HandOver_ToAStoppedDispatcher_DropsTheCopy()
    {
        var dispatcher = Create(TestShadow.Named());
        dispatcher.Stop();

        HandOver(dispatcher, Accepted());

        LedgerAssert.Only(LedgerAssert.Settled(_account).Dropped, "shutdown", 1);
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public void HandOver_ToADisposedDispatcher_DropsTheCopyAndDoesNotThrow()
    {
        var dispatcher = Create(TestShadow.Named());
        dispatcher.Stop();
        dispatcher.Dispose();

        HandOver(dispatcher, Accepted());

        LedgerAssert.Only(LedgerAssert.Settled(_account).Dropped, "shutdown", 1);
    }

    [Fact]
    public async Task HandOver_FromInsideASend_IsSentToo()
    {
        var sender = Substitute.For<IShadowSender>();
        using var dispatcher = new ShadowDispatcher(
            Settings(TestShadow.Named()),
            sender,
            _account,
            _pause,
            TestWorkers.Shared,
            _time
        );
        var second = Accepted();
        var sends = 0;
#pragma warning disable CA2012 // This is no send: the substitute is told what it answers.
        sender
            .SendAsync(default!, default!, default!, Token)
            .ReturnsForAnyArgs(_ =>
            {
                _account.Mirror();
                _account.Complete(200);
                if (Interlocked.Increment(ref sends) == 1)
                {
                    HandOver(dispatcher, second);
                }

                return ValueTask.CompletedTask;
            });
#pragma warning restore CA2012

        HandOver(dispatcher, Accepted());
        await Soon.Holds(() => Volatile.Read(ref sends) == 2, "both were sent");
        await Soon.Ends(dispatcher.DrainAsync());

        AssertSettled("2xx", 2);
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public async Task HandOver_WhileTheLastWorkerLeaves_IsNotForgotten()
    {
        const int rounds = 20_000;
        var sender = new GatedSender(_account, open: true);
        using var dispatcher = new ShadowDispatcher(
            Settings(TestShadow.Named() with { MaxConcurrency = 1 }),
            sender,
            _account,
            _pause,
            TestWorkers.Shared,
            _time
        );
        for (var round = 1; round <= rounds; round++)
        {
            HandOver(dispatcher, Accepted());

            // The pause sweeps over the moment between the worker's last look and its leaving.
            Spin(() => sender.Started >= round);
            Thread.SpinWait(round % 32);
        }

        await Soon.Ends(dispatcher.DrainAsync());
        Assert.Equal(rounds, LedgerAssert.Settled(_account).Mirrored);

        static void Spin(Func<bool> condition)
        {
            var start = TimeProvider.System.GetTimestamp();
            while (!condition())
            {
                Assert.True(TimeProvider.System.GetElapsedTime(start).TotalSeconds < 20, "A copy was forgotten.");
                Thread.SpinWait(1);
            }
        }
    }

    [Fact]
    public async Task HandOver_BySeveralProducersOnAShadowThatComesAndGoes_LosesNoCountAndNoBlock()
    {
        const int producers = 4;
        const int each = 3_000;
        var small = TestShadow.Named() with { MaxConcurrency = 3, QueueCapacity = 64 };
        var large = small with { MaxConcurrency = 12 };
        var sender = new GatedSender(_account, open: true);
        using var dispatcher = new ShadowDispatcher(
            Settings(small),
            sender,
            _account,
            _pause,
            TestWorkers.Shared,
            _time
        );
        var producing = Enumerable
            .Range(0, producers)
            .Select(_ =>
                Task.Run(
                    async () =>
                    {
                        for (var i = 0; i < each; i++)
                        {
                            HandOver(dispatcher, Accepted());
                            if (i % 16 == 0)
                            {
                                await Task.Yield();
                            }
                        }
                    },
                    Token
                )
            )
            .ToArray();

        for (var round = 0; producing.Any(task => !task.IsCompleted); round++)
        {
            dispatcher.Withdraw();
            dispatcher.Update(Settings(round % 2 == 0 ? large : small));
            dispatcher.Reopen();
            LedgerAssert.Balanced(_account.Counters.Read());
            await Task.Yield();
        }

        await Soon.Ends(Task.WhenAll(producing));
        await Soon.Ends(dispatcher.DrainAsync());
        var ledger = LedgerAssert.Settled(_account);
        Assert.Equal(producers * each, ledger.Seen);
        Assert.Equal(sender.Started, ledger.Completed.GetValueOrDefault("2xx"));
        Assert.InRange(sender.Highest, 1, large.MaxConcurrency);
        Assert.Empty(ledger.Dropped.Keys.Except(["queue_full", "withdrawn"]));
        Assert.Equal(0, dispatcher.Queued);
        Assert.Equal(0, dispatcher.Workers);
        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(0, _pool.Budget.Used);
    }

    [Fact]
    public async Task Stop_WithAHandlerThatThrowsWhenItIsCancelled_ReachesNobody()
    {
        var called = new TaskCompletionSource();
        var sender = Substitute.For<IShadowSender>();
#pragma warning disable CA2012 // This is no send: the substitute is told what it answers.
        sender
            .SendAsync(default!, default!, default!, TestContext.Current.CancellationToken)
            .ReturnsForAnyArgs(call =>
            {
                call.Arg<CancellationToken>().Register(() => throw new InvalidOperationException("a handler's"));
                called.SetResult();
                return ValueTask.CompletedTask;
            });
#pragma warning restore CA2012
        _dispatcher = new ShadowDispatcher(
            Settings(TestShadow.Named()),
            sender,
            _account,
            _pause,
            TestWorkers.Shared,
            _time
        );
        HandOver(_dispatcher, Accepted());
        await Soon.Ends(called.Task);

        Assert.Null(Record.Exception(_dispatcher.Stop));
        Assert.Equal(DispatcherState.Stopped, _dispatcher.State);
    }

    [Fact]
    public void Stop_AfterTheHostWasDisposed_ReachesNobody()
    {
        _dispatcher = new ShadowDispatcher(
            Settings(TestShadow.Named()),
            Substitute.For<IShadowSender>(),
            _account,
            _pause,
            TestWorkers.Shared,
            _time
        );
        _dispatcher.Dispose();

        Assert.Null(Record.Exception(_dispatcher.Stop));
        Assert.Equal(DispatcherState.Stopped, _dispatcher.State);
    }

    [Fact]
    public async Task Stop_WhileProducersHandOver_LosesNoCountAndNoBlock()
    {
        for (var round = 0; round < 50; round++)
        {
            var account = TestAccount.Create(timeProvider: _time);
            using var dispatcher = new ShadowDispatcher(
                Settings(TestShadow.Named() with { MaxConcurrency = 2 }),
                new GatedSender(account),
                account,
                _pause,
                TestWorkers.Shared,
                _time
            );
            var producing = Task.Run(
                () =>
                {
                    for (var i = 0; i < 100; i++)
                    {
                        account.Accept();
                        HandOver(dispatcher, TestRequest.Post(_pool, Bytes.Of(10)));
                    }
                },
                Token
            );
            await Soon.Holds(() => account.Counters.Read().Seen > 10, "copies come");

            dispatcher.Stop();
            await Soon.Ends(producing);
            await Soon.Ends(dispatcher.DrainAsync());

            var ledger = LedgerAssert.Settled(account);
            Assert.Equal(100, ledger.Seen);
            Assert.Empty(ledger.Dropped.Keys.Except(["shutdown"]));
            Assert.Equal(0, _memory.BlocksOut);
        }
    }

    [Fact]
    public async Task HandOver_WhileHeldBack_WaitsAndLeavesAfterwards()
    {
        var dispatcher = Create(TestShadow.Named());
        _pause.Ended += dispatcher.Resume;
        _pause.Begin();

        HandOverMany(dispatcher, 3);

        Assert.Equal(3, dispatcher.Queued);
        Assert.Equal(0, dispatcher.Workers);
        Assert.Equal(0, _sender.Started);
        _pause.End();
        await Soon.Holds(() => _sender.Started == 3, "all are on their way");
    }

    [Fact]
    public async Task Work_HeldBackWhileOneIsOnItsWay_TakesNoOther()
    {
        var dispatcher = Create(TestShadow.Named() with { MaxConcurrency = 1 });
        _pause.Ended += dispatcher.Resume;
        HandOverMany(dispatcher, 3);
        await Soon.Holds(() => _sender.Started == 1, "one is on its way");

        _pause.Begin();
        _sender.LetAll();

        await Soon.Holds(() => dispatcher.Workers == 0, "the worker has ended");
        Assert.Equal(2, dispatcher.Queued);
        _pause.End();
        await Soon.Holds(() => dispatcher.Queued == 0 && dispatcher.Workers == 0, "all were sent");
        AssertSettled("2xx", 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task End_WhileHeldBack_LeavesNothingBehind(bool drains)
    {
        var dispatcher = Create(TestShadow.Named());
        _pause.Begin();
        HandOverMany(dispatcher, 3);
        _sender.LetAll();

        if (!drains)
        {
            dispatcher.Stop();
        }

        await Soon.Ends(dispatcher.DrainAsync());

        var ledger = LedgerAssert.Settled(_account);
        LedgerAssert.Only(drains ? ledger.Completed : ledger.Dropped, drains ? "2xx" : "shutdown", 3);
        Assert.Equal(0, _pool.Budget.Used);
    }

    [Fact]
    public async Task Pause_OnAndOffWhileProducersHandOver_StrandsNoCopy()
    {
        var dispatcher = Create(TestShadow.Named() with { MaxConcurrency = 2, QueueCapacity = 100_000 });
        _pause.Ended += dispatcher.Resume;
        _sender.LetAll();
        var producing = Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => Task.Run(() => HandOverMany(dispatcher, 5_000), Token))
        );

        while (!producing.IsCompleted)
        {
            _pause.Begin();
            await Task.Yield();
            _pause.End();
        }

        await Soon.Ends(producing);
        await Soon.Holds(() => dispatcher.Queued == 0 && dispatcher.Workers == 0, "all were sent");
        AssertSettled("2xx", 10_000);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DispatcherSettings Settings(ShadowConfiguration shadow) => new(shadow, "X-Tag");

    private ShadowDispatcher Create(ShadowConfiguration shadow) =>
        _dispatcher = new ShadowDispatcher(Settings(shadow), _sender, _account, _pause, TestWorkers.Shared, _time);

    private CapturedRequest Accepted()
    {
        _account.Accept();
        return TestRequest.Post(_pool, Bytes.Of(10));
    }

    private void HandOverMany(ShadowDispatcher dispatcher, int count)
    {
        for (var i = 0; i < count; i++)
        {
            HandOver(dispatcher, Accepted());
        }
    }

    // As the middleware does it: its own reference ends with the hand-over.
    private static void HandOver(ShadowDispatcher dispatcher, CapturedRequest request)
    {
        dispatcher.HandOver(request);
        request.Release();
    }

    private void AssertSettled(string statusClass, long count = 1)
    {
        LedgerAssert.Only(LedgerAssert.Settled(_account).Completed, statusClass, count);
        Assert.Equal(0, _pool.Budget.Used);
    }
}
