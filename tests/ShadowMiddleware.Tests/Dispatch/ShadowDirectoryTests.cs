using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Dispatch;

public sealed class ShadowDirectoryTests : IDisposable
{
    private readonly TestTimeProvider _time = new();
    private readonly DispatchPause _pause = new();
    private readonly ByteBudget _budget = new(1_000_000);
    private readonly RecordingLogger<ShadowDirectory> _logger = new();
    private readonly IShadowSenderFactory _factory = Substitute.For<IShadowSenderFactory>();
    private readonly Dictionary<string, GatedSender> _senders = [];
    private readonly TrafficMirroringLedger _ledger;
    private Func<ShadowConfiguration, ShadowAccount, IShadowSender> _createSender;
    private string? _unprepared;
    private readonly List<IDisposable> _disposables = [];

    public ShadowDirectoryTests()
    {
        _ledger = new TrafficMirroringLedger(NullLogger<TrafficMirroringLedger>.Instance, _time);
        _createSender = (shadow, account) => _senders[shadow.Name] = new GatedSender(account);
        _factory
            .Create(default!, default!)
            .ReturnsForAnyArgs(call => _createSender(call.Arg<ShadowConfiguration>(), call.Arg<ShadowAccount>()));
        _factory
            .WhenForAnyArgs(factory => factory.Prepare(default!))
            .Do(call =>
            {
                if (call.Arg<ShadowConfiguration>().Name == _unprepared)
                {
                    throw new InvalidOperationException("no certificate");
                }
            });
    }

    public void Dispose() => _disposables.ForEach(disposable => disposable.Dispose());

    [Fact]
    public void Current_AtTheStart_HasARouteForEachShadowInOrder()
    {
        var configuration = TestShadow.Mirroring(TestShadow.Named("v2"), TestShadow.Named("canary"));

        var (directory, _) = Create(configuration);

        Assert.Same(configuration, directory.Current.Configuration);
        Assert.Equal(configuration.Shadows, directory.Current.All.Select(route => route.Configuration));
        Assert.All(directory.Current.All, route => Assert.Equal(DispatcherState.Open, route.Dispatcher.State));
        Assert.Equal(["canary", "v2"], _ledger.GetSnapshot().Shadows.Keys.Order());
    }

    [Fact]
    public void QueueFill_OfSeveralQueues_IsThatOfTheFullest()
    {
        var (directory, _) = Create(
            TestShadow.Mirroring(
                TestShadow.Named("v2") with
                {
                    QueueCapacity = 100,
                },
                TestShadow.Named("v3") with
                {
                    QueueCapacity = 10,
                },
                TestShadow.Named("v4")
            )
        );
        Assert.Equal(0, directory.QueueFill);
        _pause.Begin();

        HandOver(directory.Current.All[0].Dispatcher, 50);
        HandOver(directory.Current.All[1].Dispatcher, 8);

        Assert.Equal(0.8, directory.QueueFill);
    }

    [Fact]
    public async Task Pause_ThatEnds_SendsWhatEachShadowHasHeldBack()
    {
        var (directory, _) = Create(TestShadow.Mirroring(TestShadow.Named("v2"), TestShadow.Named("v3")));
        _pause.Begin();
        foreach (var route in directory.Current.All)
        {
            HandOver(route.Dispatcher, 2);
        }

        _pause.End();

        await Soon.Holds(() => _senders.Values.All(sender => sender.Started == 2), "all are on their way");
    }

    [Fact]
    public void Reload_ThatAddsAShadow_OpensIt()
    {
        var (directory, monitor) = Create(TestShadow.Mirroring(TestShadow.Named("v2")));
        var known = directory.Current.All[0].Dispatcher;

        monitor.Replace(TestShadow.Mirroring(TestShadow.Named("v3"), TestShadow.Named("v2")));

        Assert.Equal(["v3", "v2"], directory.Current.All.Select(route => route.Configuration.Name));
        Assert.All(directory.Current.All, route => Assert.Equal(DispatcherState.Open, route.Dispatcher.State));
        Assert.Same(known, directory.Current.All[1].Dispatcher);
    }

    [Fact]
    public async Task Reload_ThatRemovesAShadow_DropsItsCopiesAndKeepsItsAccount()
    {
        var (directory, monitor) = Create(
            TestShadow.Mirroring(TestShadow.Named("v2") with { MaxConcurrency = 1 }, TestShadow.Named("v3"))
        );
        var removed = directory.Current.All[0].Dispatcher;
        HandOver(removed, 4);
        await Soon.Holds(() => _senders["v2"].Started == 1, "the worker is at work");

        monitor.Replace(TestShadow.Mirroring(TestShadow.Named("v3")));

        Assert.Equal("v3", Assert.Single(directory.Current.All).Configuration.Name);
        Assert.Equal(DispatcherState.Withdrawn, removed.State);
        LedgerAssert.Only(_ledger.GetSnapshot().Shadows["v2"].Dropped, "withdrawn", 3);
        Assert.Equal(
            "Shadow v2 receives no more copies: it was removed.",
            Assert.Single(_logger.Of(EventIds.ShadowWithdrawn)).Message
        );
        _senders["v2"].LetAll();
        await Soon.Ends(removed.DrainAsync());
        LedgerAssert.Only(_ledger.GetSnapshot().Shadows["v2"].Completed, "2xx", 1);
    }

    [Fact]
    public async Task Reload_ThatBringsAShadowBack_GoesOnWithItsTotalsAndItsSender()
    {
        var (directory, monitor) = Create(TestShadow.Mirroring(TestShadow.Named("v2"), TestShadow.Named("v3")));
        var dispatcher = directory.Current.All[0].Dispatcher;
        _senders["v2"].LetAll();
        HandOver(dispatcher, 2);
        await Soon.Holds(() => dispatcher.Workers == 0 && dispatcher.Queued == 0, "all was sent");
        monitor.Replace(TestShadow.Mirroring(TestShadow.Named("v3")));

        var changed = TestShadow.Named("v2") with { Timeout = TimeSpan.FromSeconds(3) };
        monitor.Replace(TestShadow.Mirroring(changed, TestShadow.Named("v3")));

        Assert.Same(dispatcher, directory.Current.All[0].Dispatcher);
        Assert.Equal(DispatcherState.Open, dispatcher.State);
        Assert.Same(changed, _senders["v2"].Updates[^1]);
        HandOver(dispatcher, 1);
        await Soon.Ends(dispatcher.DrainAsync());
        LedgerAssert.Only(_ledger.GetSnapshot().Shadows["v2"].Completed, "2xx", 3);
        _factory.Received(2).Create(Arg.Any<ShadowConfiguration>(), Arg.Any<ShadowAccount>());
    }

    [Fact]
    public void Reload_ThatDisables_WithdrawsAllAndStillHasTheirRoutes()
    {
        var enabled = TestShadow.Mirroring(TestShadow.Named("v2"), TestShadow.Named("v3"));
        var (directory, monitor) = Create(enabled);

        monitor.Replace(enabled with { Enabled = false });

        Assert.False(directory.Current.Configuration.Enabled);
        Assert.Equal(2, directory.Current.All.Length);
        Assert.All(directory.Current.All, route => Assert.Equal(DispatcherState.Withdrawn, route.Dispatcher.State));
        Assert.Equal(
            [
                "Shadow v2 receives no more copies: mirroring is disabled.",
                "Shadow v3 receives no more copies: mirroring is disabled.",
            ],
            _logger.Of(EventIds.ShadowWithdrawn).Select(line => line.Message).Order()
        );

        monitor.Replace(enabled);

        Assert.All(directory.Current.All, route => Assert.Equal(DispatcherState.Open, route.Dispatcher.State));
    }

    [Fact]
    public void Current_OfAStartThatIsDisabled_IsWithdrawn()
    {
        var (directory, _) = Create(TestShadow.Mirroring(TestShadow.Named()) with { Enabled = false });

        Assert.Equal(DispatcherState.Withdrawn, Assert.Single(directory.Current.All).Dispatcher.State);
    }

    [Fact]
    public void Reload_WithoutAChangeForAShadow_SaysNothingAboutIt()
    {
        var (_, monitor) = Create(TestShadow.Mirroring(TestShadow.Named("v2"), TestShadow.Named("v3")));
        monitor.Replace(TestShadow.Mirroring(TestShadow.Named("v3")));

        monitor.Replace(TestShadow.Mirroring(TestShadow.Named("v3")));

        Assert.Single(_logger.Of(EventIds.ShadowWithdrawn));
    }

    [Fact]
    public async Task Reload_OfTheTagHeader_ReachesTheNextSend()
    {
        var configuration = TestShadow.Mirroring(TestShadow.Named());
        var (directory, monitor) = Create(configuration);

        monitor.Replace(configuration with { TagHeader = "X-Other" });
        _senders["v2"].LetAll();
        HandOver(directory.Current.All[0].Dispatcher, 1);
        await Soon.Ends(directory.DrainAsync(Token));

        Assert.Equal("X-Other", _senders["v2"].LastTagHeader);
    }

    [Fact]
    public void Reload_OfTheBudget_AppliesIt()
    {
        var configuration = TestShadow.Mirroring(TestShadow.Named());
        var (_, monitor) = Create(configuration);

        monitor.Replace(configuration with { MaxBufferedBytes = 4242 });

        Assert.Equal(4242, _budget.Limit);
    }

    [Fact]
    public void Reload_WithAShadowThatCannotBePrepared_ChangesNothingAtAll()
    {
        var configuration = TestShadow.Mirroring(TestShadow.Named("v2"));
        var (directory, monitor) = Create(configuration);
        var followed = 0;
        monitor.Changed += _ => followed++;
        var routes = directory.Current;
        FailToPrepare("v4");

        Assert.Throws<InvalidOperationException>(() =>
            monitor.Replace(
                TestShadow.Mirroring(
                    TestShadow.Named("v2") with
                    {
                        Percent = 0,
                    },
                    TestShadow.Named("v3"),
                    TestShadow.Named("v4")
                ) with
                {
                    MaxBufferedBytes = 4242,
                }
            )
        );

        Assert.Same(configuration, monitor.Current);
        Assert.Same(routes, directory.Current);
        Assert.Equal(DispatcherState.Open, Assert.Single(routes.All).Dispatcher.State);
        Assert.Empty(_senders["v2"].Updates);
        Assert.Equal(1_000_000, _budget.Limit);
        Assert.Equal(["v2"], _ledger.GetSnapshot().Shadows.Keys);
        Assert.Equal(0, followed);

        monitor.Replace(TestShadow.Mirroring(TestShadow.Named("v3")));

        Assert.Equal("v3", Assert.Single(directory.Current.All).Configuration.Name);
        Assert.Equal(1, followed);
    }

    [Fact]
    public void Reload_ThatDisables_NeedsNoShadowToBePrepared()
    {
        var enabled = TestShadow.Mirroring(TestShadow.Named("v2"), TestShadow.Named("v3"));
        var (directory, monitor) = Create(TestShadow.Mirroring(TestShadow.Named("v2")));
        FailToPrepare("v3");

        monitor.Replace(enabled with { Enabled = false });

        Assert.Equal(["v2", "v3"], directory.Current.All.Select(route => route.Configuration.Name));
        Assert.All(directory.Current.All, route => Assert.Equal(DispatcherState.Withdrawn, route.Dispatcher.State));

        Assert.Throws<InvalidOperationException>(() => monitor.Replace(enabled));
        Assert.All(directory.Current.All, route => Assert.Equal(DispatcherState.Withdrawn, route.Dispatcher.State));

        FailToPrepare(shadow: null);
        monitor.Replace(enabled);
        Assert.All(directory.Current.All, route => Assert.Equal(DispatcherState.Open, route.Dispatcher.State));
    }

    [Fact]
    public void Start_WithAShadowThatCannotBePrepared_ThrowsAndFollowsNothing()
    {
        using var monitor = new ConfigurationMonitor(TestShadow.Mirroring(TestShadow.Named("v2")));
        FailToPrepare("v2");

        Assert.Throws<InvalidOperationException>(() =>
            new ShadowDirectory(monitor, _ledger, _factory, _budget, _pause, TestWorkers.Shared, _logger, _time)
        );

        FailToPrepare(shadow: null);
        monitor.Replace(TestShadow.Mirroring(TestShadow.Named("v3")));
        Assert.Empty(_ledger.GetSnapshot().Shadows);
    }

    [Fact]
    public async Task DrainAsync_WhenAllIsSentInTime_EndsWithoutWaitingOutTheTime()
    {
        var (directory, _) = Create(TestShadow.Mirroring(TestShadow.Named("v2"), TestShadow.Named("v3")));
        HandOver(directory.Current.All[0].Dispatcher, 3);
        await Soon.Holds(() => _senders["v2"].Started == 3, "all are on their way");

        var draining = directory.DrainAsync(Token);
        Assert.False(draining.IsCompleted);
        _senders["v2"].LetAll();
        await Soon.Ends(draining);

        var ledger = LedgerAssert.Balanced(_ledger.GetSnapshot().Shadows["v2"]);
        LedgerAssert.Only(ledger.Completed, "2xx", 3);
        Assert.Single(_logger.Of(EventIds.Drained));
    }

    [Fact]
    public async Task DrainAsync_WhenTheTimeIsOver_EndsAndCountsWhatIsLeft()
    {
        var (directory, _) = Create(TestShadow.Mirroring(TestShadow.Named() with { MaxConcurrency = 2 }));
        HandOver(directory.Current.All[0].Dispatcher, 5);
        await Soon.Holds(() => _senders["v2"].Started == 2, "all workers are at work");

        var draining = directory.DrainAsync(Token);
        _time.Advance(TimeSpan.FromMilliseconds(4_999));
        Assert.Equal(DispatcherState.Draining, directory.Current.All[0].Dispatcher.State);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await Soon.Ends(draining);

        var ledger = LedgerAssert.Balanced(_ledger.GetSnapshot().Shadows["v2"]);
        Assert.Equal(0, ledger.Pending + ledger.InFlight);
        LedgerAssert.Only(ledger.Dropped, "shutdown", 3);
        LedgerAssert.Only(ledger.Failed, "shutdown", 2);
        Assert.Single(_logger.Of(EventIds.DrainTimedOut));
    }

    [Fact]
    public async Task DrainAsync_WhenTheHostLosesPatience_EndsAndCountsWhatIsLeft()
    {
        var (directory, _) = Create(TestShadow.Mirroring(TestShadow.Named()));
        HandOver(directory.Current.All[0].Dispatcher, 1);
        await Soon.Holds(() => _senders["v2"].Started == 1, "the send began");
        using var source = new CancellationTokenSource();

        var draining = directory.DrainAsync(source.Token);
        await source.CancelAsync();
        await Soon.Ends(draining);

        LedgerAssert.Only(_ledger.GetSnapshot().Shadows["v2"].Failed, "shutdown", 1);
    }

    [Fact]
    public async Task DrainAsync_WithASendThatDoesNotEnd_GoesOnWithoutIt()
    {
        _createSender = (shadow, account) =>
            _senders[shadow.Name] = new GatedSender(account) { IgnoresCancellation = true };
        var (directory, _) = Create(TestShadow.Mirroring(TestShadow.Named("stubborn")));
        HandOver(directory.Current.All[0].Dispatcher, 1);
        await Soon.Holds(() => _senders["stubborn"].Started == 1, "the send began");

        var draining = directory.DrainAsync(new CancellationToken(canceled: true));
        await Soon.Holds(() => _time.ActiveTimers > 0 || draining.IsCompleted, "the grace began");
        Assert.False(draining.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Soon.Ends(draining);

        Assert.Equal(1, _ledger.GetSnapshot().Shadows["stubborn"].InFlight);
        _senders["stubborn"].LetAll();
    }

    [Fact]
    public async Task Reload_AfterTheDrain_ChangesNothing()
    {
        var configuration = TestShadow.Mirroring(TestShadow.Named());
        var (directory, monitor) = Create(configuration);
        await Soon.Ends(directory.DrainAsync(Token));

        monitor.Replace(TestShadow.Mirroring(TestShadow.Named("v3")));

        Assert.Same(configuration, directory.Current.Configuration);
        Assert.Equal(["v2"], _ledger.GetSnapshot().Shadows.Keys);
        _factory.DidNotReceive().Prepare(Arg.Is<ShadowConfiguration>(shadow => shadow.Name == "v3"));
    }

    [Fact]
    public void Reload_InTheMiddleOfWhichTheDirectoryCloses_OpensNothing()
    {
        using var monitor = new ConfigurationMonitor(TestShadow.Mirroring(TestShadow.Named("v2")));
        ShadowDirectory? directory = null;
        monitor.Changed += _ => directory!.Dispose();
        directory = new ShadowDirectory(
            monitor,
            _ledger,
            _factory,
            _budget,
            _pause,
            TestWorkers.Shared,
            _logger,
            _time
        );
        var closed = directory.Current;

        monitor.Replace(TestShadow.Mirroring(TestShadow.Named("v3")) with { MaxBufferedBytes = 4242 });

        Assert.Same(closed, directory.Current);
        Assert.Equal(["v2"], _ledger.GetSnapshot().Shadows.Keys);
        Assert.Equal(1_000_000, _budget.Limit);
    }

    [Fact]
    public async Task Dispose_WithoutADrain_EndsAndCountsWhatIsLeft()
    {
        var (directory, _) = Create(TestShadow.Mirroring(TestShadow.Named() with { MaxConcurrency = 1 }));
        var dispatcher = directory.Current.All[0].Dispatcher;
        HandOver(dispatcher, 3);
        await Soon.Holds(() => _senders["v2"].Started == 1, "the worker is at work");

        directory.Dispose();
        HandOver(dispatcher, 1);
        await Soon.Ends(dispatcher.DrainAsync());

        var ledger = LedgerAssert.Balanced(_ledger.GetSnapshot().Shadows["v2"]);
        LedgerAssert.Only(ledger.Dropped, "shutdown", 3);
        LedgerAssert.Only(ledger.Failed, "shutdown", 1);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private (ShadowDirectory Directory, ConfigurationMonitor Monitor) Create(MirroringConfiguration configuration)
    {
        var monitor = new ConfigurationMonitor(configuration);
        var directory = new ShadowDirectory(
            monitor,
            _ledger,
            _factory,
            _budget,
            _pause,
            TestWorkers.Shared,
            _logger,
            _time
        );
        _disposables.AddRange([directory, monitor]);
        return (directory, monitor);
    }

    private void FailToPrepare(string? shadow) => _unprepared = shadow;

    private static void HandOver(ShadowDispatcher dispatcher, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var request = TestRequest.Get();
            dispatcher.Account.Accept();
            dispatcher.HandOver(request);
            request.Release();
        }
    }
}
