using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Dispatch;

public sealed class PressureProtectionTests : IDisposable
{
    private static readonly int Allowance = PressureProtection.AllowancePerProcessor * Environment.ProcessorCount;

    private static readonly int Batch = (int)(Allowance * PressureProtection.AllowanceBatch.TotalSeconds);

    private static readonly int TickAllowance = (int)Math.Ceiling(Allowance * PressureProtection.TickTime.TotalSeconds);

    private static readonly int Burst = (int)(Allowance * PressureProtection.AllowanceBurst.TotalSeconds);

    private readonly TestTimeProvider _time = new();
    private readonly IProcessorLoad _load = Substitute.For<IProcessorLoad>();
    private readonly DispatchPause _pause = new();
    private readonly TrafficMirroringLedger _ledger;
    private readonly ConfigurationMonitor _monitor = new(TestShadow.Mirroring(TestShadow.Named()));
    private readonly ShadowDirectory _directory;
    private readonly PressureProtection _protection;

    public PressureProtectionTests()
    {
        _ledger = new TrafficMirroringLedger(NullLogger<TrafficMirroringLedger>.Instance, _time);
        var senders = Substitute.For<IShadowSenderFactory>();
        senders.Create(default!, default!).ReturnsForAnyArgs(call => new GatedSender(call.Arg<ShadowAccount>()));
        var logger = NullLogger<ShadowDirectory>.Instance;
        _directory = new ShadowDirectory(
            _monitor,
            _ledger,
            senders,
            new ByteBudget(1),
            _pause,
            TestWorkers.Shared,
            logger,
            _time
        );
        _protection = new PressureProtection(_directory, _pause, _load, _time);
        _load.Read().Returns(1);
    }

    public void Dispose()
    {
        _protection.Dispose();
        _directory.Dispose();
        _monitor.Dispose();
    }

    [Fact]
    public void TryAdmit_UpToTheAllowance_AdmitsAndNobodyWatches()
    {
        for (var second = 0; second < 20; second++)
        {
            Assert.Equal(Allowance, Admitted(Allowance));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, _time.ActiveTimers);
        _load.DidNotReceive().Read();
    }

    [Fact]
    public void TryAdmit_BeyondTheAllowance_WatchesAndAdmitsWhileNothingIsKnown()
    {
        Assert.Equal(Burst + 1000, Admitted(Burst + 1000));

        Assert.Equal(1, _time.ActiveTimers);
    }

    [Fact]
    public void TryAdmit_AfterASecondWithinTheAllowance_NobodyWatches()
    {
        Admitted(Burst + 1);

        _time.Advance(PressureProtection.IdleTime);
        Assert.Equal(1, _time.ActiveTimers);
        _time.Advance(PressureProtection.TickTime);

        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public void TryAdmit_BeyondTheAllowanceJustWhenTheWatchEnds_IsWatchedAgain()
    {
        Admitted(Burst + 1);
        var stops = 0;
        _time.TimerStops = () =>
        {
            stops++;
            Admitted(2 * Burst);
        };

        _time.Advance(PressureProtection.IdleTime + (2 * PressureProtection.TickTime));

        Assert.Equal(1, stops);
        Assert.Equal(1, _time.ActiveTimers);
    }

    [Fact]
    public void TryAdmit_AppIsFasterWithoutCopies_GivesWayButForTheAllowance()
    {
        Saturate(TimeSpan.FromSeconds(1));

        Pass(PressureProtection.AllowanceBatch);
        Admitted(1000);
        Assert.Equal(0, Admitted(100));
        Pass(PressureProtection.AllowanceBatch - PressureProtection.TickTime);
        Assert.Equal(0, Admitted(100));
        Pass(2 * PressureProtection.TickTime);
        Assert.InRange(Admitted(10_000), Batch, Batch + (2 * TickAllowance));
        Assert.Equal(0, Admitted(100));
    }

    [Fact]
    public void TryAdmit_TrafficFallsBelowTheAllowanceAfterCopiesGaveWay_AllPassAgain()
    {
        Saturate(TimeSpan.FromSeconds(1));
        Admitted(1000);

        Pass(PressureProtection.AllowanceBatch + PressureProtection.TickTime);

        for (var tick = 0; tick < 400; tick++)
        {
            Assert.Equal(1, Admitted(1));
            _time.Advance(PressureProtection.TickTime);
        }

        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public void TryAdmit_WhileAShareGivesWay_AdmitsTheOthers()
    {
        Saturate(TimeSpan.FromSeconds(1));
        _load.Read().Returns(0);
        Admitted(Burst);

        // A tenth of them is let in at first, which is more than the allowance of a tick.
        SaturateUntil(() => Admitted(10_000) > 500 + (Allowance / 100));

        Assert.InRange(Admitted(10_000), 500, 2_000);
    }

    [Fact]
    public void TryAdmit_SwitchedOffByAReload_AdmitsAndHoldsNothingBack()
    {
        Saturate(TimeSpan.FromSeconds(1));

        _monitor.Replace(TestShadow.Mirroring(TestShadow.Named()) with { ProtectionEnabled = false });
        _time.Advance(2 * PressureProtection.TickTime);

        Assert.False(_pause.IsOn);
        Assert.Equal(0, _time.ActiveTimers);
        Assert.Equal(100, Admitted(100));
    }

    [Fact]
    public void TryAdmit_TrafficEnds_NothingIsHeldBackOrRemembered()
    {
        Saturate(TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.False(_pause.IsOn);
        Assert.Equal(0, _time.ActiveTimers);
        Assert.Equal(Burst + 100, Admitted(Burst + 100));
    }

    [Fact]
    public void Tick_ThatFails_EndsNothingAndHoldsNothingBack()
    {
        Admitted(Burst + 1);
        SaturateUntil(() => _pause.IsOn);
        _load.Read().Returns(_ => throw new ObjectDisposedException("the file of the machine"));

        _time.Advance(PressureProtection.TickTime);

        Assert.False(_pause.IsOn);
        Assert.Equal(100, Admitted(100));
    }

    [Fact]
    public void Tick_ThatFailsAfterCopiesGaveWay_LetsThemIn()
    {
        Saturate(TimeSpan.FromSeconds(1));
        Admitted(Burst);
        Assert.Equal(0, Admitted(100));
        _load.Read().Returns(_ => throw new ObjectDisposedException("the file of the machine"));

        _time.Advance(PressureProtection.TickTime);

        Admitted(Burst);
        Assert.Equal(100, Admitted(100));
    }

    [Fact]
    public void Tick_ThatIsStillGoingOnAtTheNext_GoesOnAlone()
    {
        Admitted(Burst + 1);
        _load
            .Read()
            .Returns(_ =>
            {
                // Would never end.
                Assert.Single(_load.ReceivedCalls());
                _time.Advance(PressureProtection.TickTime);
                return 1;
            });

        _time.Advance(PressureProtection.TickTime);

        _load.Received(1).Read();
    }

    [Fact]
    public void Charge_ForLongBodiesAndMoreShadows_UsesUpTheAllowance()
    {
        var copies = Burst / 10;
        for (var i = 0; i < copies; i++)
        {
            Assert.True(_protection.TryAdmit());
            _protection.Charge(copies: 2, bodyLength: 4 * 16 * 1024);
        }

        // Each cost ten of those without a body.
        Assert.Equal(0, _time.ActiveTimers);
        Admitted(Allowance);
        Assert.Equal(1, _time.ActiveTimers);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(1, 256 * 1024)]
    [InlineData(1, 1024 * 1024)]
    public void Charge_WhenTheAllowanceIsUsedUp_IsPaidLater(int copies, long bodyLength)
    {
        Saturate(TimeSpan.FromSeconds(1));
        Admitted(10_000);
        var cost = copies * (1 + (bodyLength / (16.0 * 1024)));

        var admitted = 0;
        for (var millisecond = 0; millisecond < 1_000; millisecond++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            for (var i = 0; i < 6; i++)
            {
                if (_protection.TryAdmit())
                {
                    admitted++;
                    _protection.Charge(copies, bodyLength);
                }
            }
        }

        // A batch may still be saved up at the end.
        Assert.InRange(admitted, ((Allowance - Batch) / cost) - 1, (Allowance / cost) + 2);
    }

    [Fact]
    public void Charge_ForOneCopyWithoutABody_CostsNoMoreThanItsAdmission()
    {
        for (var i = 0; i < Burst; i++)
        {
            Assert.True(_protection.TryAdmit());
            _protection.Charge(copies: 1, bodyLength: 0);
        }

        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public void Dispose_WhileHeldBack_LetsGoAndLaterRequestsPass()
    {
        Admitted(Burst + 1);
        SaturateUntil(() => _pause.IsOn);

        _protection.Dispose();

        Assert.False(_pause.IsOn);
        Assert.Equal(0, _time.ActiveTimers);
        Assert.True(_protection.TryAdmit());
    }

    [Fact]
    public void Dispose_InATickThatHoldsBack_LetsGo()
    {
        Assert.InRange(TicksUntilHeldBack(), 1, 20);
        for (var ticks = 1; ticks <= 20; ticks++)
        {
            _pause.End();
            var protection = new PressureProtection(_directory, _pause, _load, _time);
            var left = ticks;
            _load
                .Read()
                .Returns(_ =>
                {
                    if (--left == 0)
                    {
                        protection.Dispose();
                    }

                    return 1;
                });
            for (var i = 0; i <= Burst; i++)
            {
                protection.TryAdmit();
            }

            _time.Advance(ticks * PressureProtection.TickTime);

            Assert.Equal(0, left);
            Assert.False(_pause.IsOn);
        }
    }

    private int TicksUntilHeldBack()
    {
        Admitted(Burst + 1);
        var ticks = 0;
        SaturateUntil(() => _pause.IsOn || ticks++ > 100);
        _protection.Dispose();
        return ticks;
    }

    // One tick after the other: the timer of a test does not tick late.
    private void Pass(TimeSpan time)
    {
        for (var end = _time.GetUtcNow() + time; _time.GetUtcNow() < end; )
        {
            _time.Advance(PressureProtection.TickTime);
        }
    }

    private int Admitted(int requests) => Enumerable.Range(0, requests).Count(_ => _protection.TryAdmit());

    private void Saturate(TimeSpan time)
    {
        Admitted(Burst + 1);
        var end = _time.GetUtcNow() + time;
        SaturateUntil(() => _time.GetUtcNow() >= end);
    }

    // An app that answers three times as many requests while copies are held back.
    private void SaturateUntil(Func<bool> condition)
    {
        var start = _time.GetUtcNow();
        while (!condition())
        {
            Assert.True(_time.GetUtcNow() - start < TimeSpan.FromMinutes(1), "Never.");
            Answer(_pause.IsOn ? 300 : 100);
            Admitted(100);
            _time.Advance(PressureProtection.TickTime);
        }
    }

    private void Answer(int requests)
    {
        var account = _ledger.Account("v2");
        for (var i = 0; i < requests; i++)
        {
            account.Skip(SkipReason.Loop);
        }
    }
}
