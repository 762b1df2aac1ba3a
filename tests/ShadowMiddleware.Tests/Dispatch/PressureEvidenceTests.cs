using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Tests.Dispatch;

/// <summary>What the controller of the pressure protection does from one tick to the next: what it compares, sums up, waits for and tries.</summary>
public sealed class PressureEvidenceTests
{
    private const double AHair = 1e-9;
    private static readonly TimeSpan Tick = PressureProtection.TickTime;

    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OneRun = PressureController.SettleTime + PressureController.RunTime;

    private readonly ScriptedApp _app = new();

    [Fact]
    public void Step_AtTheStart_ComparesAtOnceAndWithoutEvidenceMoreAndMoreSeldom()
    {
        // The first tick is the start.
        Assert.Equal(Tick + PressureController.ShortRunTime, _app.RunUntil(PressurePhase.Settling));
        Assert.Equal(PressureController.SettleTime, _app.RunUntil(PressurePhase.Quiet));
        Assert.Equal(PressureController.QuietTime, _app.RunUntil(PressurePhase.Running));
        int[] runs = [2, 4, 8, 16, 16];
        Assert.All(
            runs,
            count =>
            {
                Assert.Equal(count * OneRun, _app.RunUntil(PressurePhase.Settling));
                _app.RunUntil(PressurePhase.Running);
            }
        );
    }

    [Theory]
    [InlineData(1_300)]
    [InlineData(750)]
    public void Step_TrafficChangesWhileLooksAreRare_LooksAtOnceAndOftenAgain(int rate)
    {
        BecomeCalm();
        _app.RunFor(OneRun);

        _app.Rate = _app.RateAlone = rate;

        Assert.InRange(_app.RunUntil(PressurePhase.Settling), Tick, 2 * OneRun);
        _app.RunUntil(PressurePhase.Running);
        Assert.Equal(2 * OneRun, _app.RunUntil(PressurePhase.Settling));
    }

    [Theory]
    [InlineData(1_200)]
    [InlineData(850)]
    public void Step_TrafficChangesALittleWhileLooksAreRare_TheyStayRare(int rate)
    {
        BecomeCalm();

        _app.Rate = _app.RateAlone = rate;

        Assert.Equal(16 * OneRun, _app.RunUntil(PressurePhase.Settling));
    }

    [Fact]
    public void Step_MachineHadTimeToSpareWhileLooksWereRare_LooksOftenAgain()
    {
        BecomeCalm();
        _app.Load = PressureController.SpareLoad - AHair;
        _app.RunFor(2 * OneRun);

        _app.Load = 1;

        Assert.InRange(_app.RunUntil(PressurePhase.Settling), Tick, 2 * OneRun);
    }

    [Fact]
    public void Step_ALookFindsHarmWhileLooksAreRare_LooksOftenAgain()
    {
        BecomeCalm();
        _app.RunUntil(PressurePhase.Settling);
        _app.RateAlone = 2_000;
        _app.RunUntil(PressurePhase.Running);

        Assert.Equal(OneRun, _app.RunUntil(PressurePhase.Settling));
    }

    // Of a tenth, which no single look can tell from chance.
    [Fact]
    public void Step_LooksFindALittleHarmOverAndOver_LooksOftenAgain()
    {
        BecomeCalm();
        for (var look = 0; look < 3; look++)
        {
            _app.RunUntil(PressurePhase.Settling);
            _app.RateAlone = 1_100;
            _app.RunUntil(PressurePhase.Running);
        }

        Assert.Equal(OneRun, _app.RunUntil(PressurePhase.Settling));
    }

    [Fact]
    public void Step_WithASuspicion_ComparesSoonAgain()
    {
        _app.Compare(faster: 2);

        _app.RunUntil(PressurePhase.Running);
        Assert.Equal(
            PressureController.SettleTime + PressureController.ShortRunTime,
            _app.RunUntil(PressurePhase.Settling)
        );
    }

    [Fact]
    public void Step_AppIsFasterWithoutCopies_EvidenceAddsUpAndFallsAgainUpToNone()
    {
        var evidence = new List<double>();
        foreach (var faster in (double[])[1.3, 1.5, 2, 1.3, 1, 1, 1.5, 0.1, 1.5])
        {
            _app.Compare(faster);
            evidence.Add(_app.Evidence);
        }

        // In logarithms, with a third for chance.
        double[] expected = [0, 0.105, 0.499, 0.461, 0.161, 0, 0.105, 0, 0.105];
        Assert.All(expected.Zip(evidence), pair => Assert.Equal(pair.First, pair.Second, tolerance: 0.001));
    }

    [Fact]
    public void Step_AppIsMuchFasterOnce_IsNotEnoughAndCountsNoMoreThanSome()
    {
        _app.Compare(faster: 3);
        var some = _app.Evidence;
        Assert.Equal(1, _app.LastingShare);

        var other = new ScriptedApp();
        other.Compare(faster: 100);

        Assert.Equal(some, other.Evidence, tolerance: AHair);
        Assert.Equal(1, other.LastingShare);
        other.Compare(faster: 100);
        Assert.Equal(0, other.LastingShare);
    }

    [Theory]
    [InlineData(1_000, 2_000, 3_000, false)]
    [InlineData(3_000, 2_000, 1_000, false)]
    [InlineData(1_000, 2_000, 1_000, true)]
    [InlineData(1_000, 2_000, 1_500, true)]
    [InlineData(1_500, 2_000, 1_000, true)]
    [InlineData(0, 2_000, 1_000, false)]
    public void Step_AfterAPause_IsComparedWithTheMomentsBeforeAndAfter(int before, int alone, int after, bool expected)
    {
        _app.Rate = before;
        _app.RunUntil(PressurePhase.Settling);
        _app.RateAlone = alone;
        _app.RunUntil(PressurePhase.Running);
        _app.Rate = after;
        _app.RunUntil(PressurePhase.Settling);

        Assert.Equal(expected, _app.Evidence > 0);
    }

    [Fact]
    public void Step_JustAfterAPause_CountsForNothing()
    {
        _app.RunUntil(PressurePhase.Settling);
        _app.RateAlone = 2_000;
        _app.RunUntil(PressurePhase.Running);

        // What was held back leaves in a burst.
        _app.Rate = 1_000_000;
        _app.Step();
        _app.Rate = 1_000;
        _app.RunUntil(PressurePhase.Settling);

        Assert.Equal(Math.Log(2) - 0.3, _app.Evidence, tolerance: 0.001);
    }

    [Fact]
    public void Step_WhileCopiesOnTheirWayEnd_CountsForNothing()
    {
        _app.RunUntil(PressurePhase.Settling);
        _app.RateAlone = 1_000_000;
        _app.RunUntil(PressurePhase.Quiet);
        _app.RateAlone = 2_000;
        _app.RunUntil(PressurePhase.Settling);

        Assert.Equal(Math.Log(2) - 0.3, _app.Evidence, tolerance: 0.001);
    }

    [Fact]
    public void Step_ProcessorsAreNotBusyAnyMore_ForgetsTheEvidenceAndHoldsNothingBack()
    {
        _app.Compare(faster: 2);
        _app.RunUntil(PressurePhase.Running);
        _app.Load = PressureController.BusyLoad - AHair;

        _app.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(PressurePhase.Running, _app.Phase);
        Assert.Equal(0, _app.Evidence);
        Assert.Equal(1, _app.Share);
        _app.Load = PressureController.BusyLoad;
        _app.Compare(faster: 2);
        Assert.NotEqual(0, _app.Evidence);
    }

    [Theory]
    [InlineData(10, 15)]
    [InlineData(9, 20)]
    [InlineData(3, 50)]
    [InlineData(1, 60)]
    public void Step_FewRequestsInAPause_ItLastsUntilTheyAreThirty(int inATick, int milliseconds)
    {
        _app.RateAlone = inATick;
        _app.RunUntil(PressurePhase.Quiet);

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), _app.RunUntil(PressurePhase.Running));
    }

    [Fact]
    public void Step_FewerThanThirtyInAPause_AreAddedUp()
    {
        _app.Rate = 1;
        _app.RateAlone = 2;
        for (var pause = 1; pause <= 2; pause++)
        {
            Assert.Equal(0, _app.Evidence);
            _app.RunUntil(PressurePhase.Settling);
            _app.RunUntil(PressurePhase.Running);
        }

        _app.RunUntil(PressurePhase.Settling);

        // Twenty-four in each, and twice as fast as without.
        Assert.InRange(_app.Evidence, 0.3, 0.5);
    }

    [Theory]
    [InlineData(0.49, 0.75, true)]
    [InlineData(0.49, 0.74, false)]
    [InlineData(0.50, 0.75, false)]
    public void Step_QueueFillsUpWhileCopiesAreHeldBack_EndsThePause(double before, double then, bool expected)
    {
        foreach (var phase in (PressurePhase[])[PressurePhase.Settling, PressurePhase.Quiet])
        {
            _app.QueueFill = before;
            _app.RunUntil(phase);
            if (phase == PressurePhase.Settling)
            {
                // In the last tick of the settling the pause goes on all the same.
                continue;
            }

            _app.QueueFill = then;
            _app.Step();

            Assert.Equal(expected, _app.Phase == PressurePhase.Running);
        }
    }

    [Fact]
    public void Step_QueueFillsUpBitByBit_IsComparedWithTheBeginOfThePause()
    {
        _app.QueueFill = 0.1;
        _app.RunUntil(PressurePhase.Settling);
        _app.QueueFill = 0.6;
        _app.RunUntil(PressurePhase.Quiet);
        _app.QueueFill = 0.8;
        _app.Step();

        Assert.Equal(PressurePhase.Running, _app.Phase);
    }

    [Theory]
    [InlineData(0.9, true)]
    [InlineData(0.6, false)]
    public void Step_QueueFillsUpBeforeCopiesOnTheirWayHaveEnded_EndsThePause(double fill, bool expected)
    {
        _app.RunUntil(PressurePhase.Settling);
        _app.Tick = TimeSpan.FromMilliseconds(1);
        _app.QueueFill = fill;
        _app.Step();

        Assert.Equal(expected ? PressurePhase.Running : PressurePhase.Settling, _app.Phase);
    }

    [Fact]
    public void Step_ATickIsLate_MeasuresAWholeRunAllTheSame()
    {
        _app.Compare(faster: 1);
        _app.RunUntil(PressurePhase.Running);
        _app.Wait(OneMinute);

        Assert.Equal(_app.Tick + PressureController.RunTime + (3 * OneRun), _app.RunUntil(PressurePhase.Settling));
    }

    [Fact]
    public void Step_QueueFillsUpInAPause_ComparesWhatWasSeenOfIt()
    {
        _app.RunUntil(PressurePhase.Quiet);
        _app.RateAlone = 2_000;
        _app.QueueFill = 0.9;
        _app.Step();
        Assert.Equal(PressurePhase.Running, _app.Phase);

        _app.RunUntil(PressurePhase.Settling);

        Assert.Equal(Math.Log(2) - 0.3, _app.Evidence, tolerance: 0.001);
    }

    [Fact]
    public void Step_CopiesHaveGivenWay_HoldsNothingBackAndTriesNoneForTwoSeconds()
    {
        _app.GiveWay();

        Assert.Equal(0, _app.Share);
        Assert.Equal(0, _app.Evidence);
        var phases = new HashSet<PressurePhase>();
        for (var end = _app.Now + PressureController.TimeBetweenTrials; _app.Now + Tick < end; )
        {
            _app.Step();
            phases.Add(_app.Phase);
            Assert.Equal(0, _app.Share);
        }

        Assert.Equal([PressurePhase.Running], phases);
        Assert.InRange(
            _app.RunUntil(PressurePhase.TrialSettling),
            Tick,
            PressureController.SettleTime + PressureController.ShortRunTime + Tick
        );
    }

    [Fact]
    public void Step_InATrial_LetsEveryCopyInAndThenNoneAgain()
    {
        _app.GiveWay();
        _app.RunUntil(PressurePhase.TrialSettling);

        Assert.Equal((1, 0), (_app.Share, _app.LastingShare));
        Assert.Equal(PressureController.SettleTime, _app.RunUntil(PressurePhase.Trial));
        Assert.Equal((1, 0), (_app.Share, _app.LastingShare));
        Assert.Equal(PressureController.QuietTime, _app.RunUntil(PressurePhase.Running));
        Assert.Equal((0, 0), (_app.Share, _app.LastingShare));
    }

    [Theory]
    [InlineData(10, 15)]
    [InlineData(9, 20)]
    [InlineData(3, 50)]
    [InlineData(2, 60)]
    [InlineData(0, 60)]
    public void Step_InATrial_WaitsForThirtyRequestsButNotForLong(int inATick, int milliseconds)
    {
        _app.GiveWay();
        _app.RunUntil(PressurePhase.Trial);
        _app.Rate = inATick;

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), _app.RunUntil(PressurePhase.Running));
    }

    [Theory]
    [InlineData(new[] { 1_000, 1_000, 1_000 }, 1)]
    [InlineData(new[] { 950, 950, 950 }, 1)]
    [InlineData(new[] { 1_000, 1_000, 949 }, 0)]
    [InlineData(new[] { 1_000, 1_000 }, 0)]
    [InlineData(new[] { 1_000, 1_000, 100, 1_000, 1_000 }, 0)]
    [InlineData(new[] { 1_000, 1_000, 100, 1_000, 1_000, 1_000 }, 1)]
    public void Step_ThreeTrialsInARowThatCostTheAppNothing_BringTheCopiesBack(int[] rates, double share)
    {
        _app.GiveWay();
        foreach (var rate in rates)
        {
            Try(rate);
        }

        Assert.Equal(share, _app.LastingShare);
    }

    [Fact]
    public void Step_AfterATrialThatWasGood_TriesSoonAgain()
    {
        _app.GiveWay();
        Try(1_000);
        Assert.InRange(
            _app.RunUntil(PressurePhase.TrialSettling),
            PressureController.TimeAfterGoodTrial,
            PressureController.TimeAfterGoodTrial + PressureController.ShortRunTime + (2 * Tick)
        );
    }

    [Fact]
    public void Step_AfterTrialsThatWereNot_TriesLaterAndLaterAgain()
    {
        _app.GiveWay();
        int[] times = [1, 2, 4, 8, 8];
        foreach (var time in times)
        {
            Try(100);
            Assert.InRange(
                _app.RunUntil(PressurePhase.TrialSettling),
                time * PressureController.TimeBetweenTrials,
                (time * PressureController.TimeBetweenTrials) + PressureController.ShortRunTime + (2 * Tick)
            );
        }

        // A good one begins anew.
        Try(1_000);
        Try(100);
        Assert.InRange(
            _app.RunUntil(PressurePhase.TrialSettling),
            PressureController.TimeBetweenTrials,
            PressureController.TimeBetweenTrials + PressureController.ShortRunTime + (2 * Tick)
        );
    }

    [Theory]
    [InlineData(1_300)]
    [InlineData(750)]
    public void Step_TrafficChangesAfterTrialsThatWereNot_TriesSoonAgain(int rate)
    {
        _app.GiveWay();
        Try(100);
        Try(100);
        Try(100);
        _app.RunFor(OneRun);

        _app.Rate = rate;

        Assert.InRange(_app.RunUntil(PressurePhase.TrialSettling), Tick, OneRun);
    }

    // What a trial has left in the queues is worked off, and makes the app slow once more.
    [Fact]
    public void Step_AppIsSlowJustAfterATrial_IsNotTakenForOtherTraffic()
    {
        _app.GiveWay();
        Try(100);
        _app.Rate = 500;
        _app.RunFor(2 * (PressureController.ShortRunTime + PressureController.SettleTime));
        _app.Rate = 1_000;

        Assert.InRange(
            _app.RunUntil(PressurePhase.TrialSettling),
            PressureController.TimeBetweenTrials - OneRun,
            PressureController.TimeBetweenTrials
        );
    }

    [Fact]
    public void Step_AfterCopiesGaveWayAgain_TakesThreeTrialsAgain()
    {
        _app.GiveWay();
        Try(1_000);
        Try(1_000);
        Try(1_000);
        _app.GiveWay();

        Try(1_000);
        Try(1_000);
        Assert.Equal(0, _app.LastingShare);
        Try(1_000);
        Assert.Equal(1, _app.LastingShare);
    }

    [Fact]
    public void Step_TrialsHaveBroughtTheCopiesBack_AFallingLoadTakesNoneAway()
    {
        _app.GiveWay();
        Try(1_000);
        Try(1_000);
        Try(1_000);
        _app.Rate = 3_000;
        _app.Load = 0.5;

        _app.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(1, _app.LastingShare);
    }

    [Fact]
    public void Step_MachineHasTimeToSpareAgain_RaisesTheShareToHalfOfWhatWasTooMuchAndLaterToAll()
    {
        _app.GiveWay();
        var gaveWayAt = _app.Now;
        _app.Rate = 3_000;
        _app.Load = PressureController.SpareLoad - AHair;

        var shares = new List<double> { 0 };
        while (_app.Now - gaveWayAt < PressureController.LimitTime - Tick)
        {
            _app.Step();
            if (_app.LastingShare != shares[^1])
            {
                shares.Add(_app.LastingShare);
            }
        }

        Assert.Equal(4, shares.Count);
        Assert.Equal([0, 0.1, 0.3, 0.5], shares.Select(share => Math.Round(share, 9)));
        Assert.InRange(_app.RunUntil(() => _app.LastingShare == 1), Tick, PressureController.ShortRunTime + (2 * Tick));
    }

    [Fact]
    public void Step_NoMoreThanTimeToSpareIsMissing_TheShareStays()
    {
        _app.GiveWay();
        _app.Rate = 100;
        _app.Load = PressureController.SpareLoad;

        _app.RunFor(PressureController.TimeBetweenTrials - (4 * Tick));

        Assert.Equal(0, _app.LastingShare);
    }

    [Theory]
    [InlineData(2_150, 0.5)]
    [InlineData(2_050, 1)]
    public void Step_LessTrafficThanWhenItWasTooMuch_IsNotLimited(int rate, double expected)
    {
        // The app alone is asked three thousand times in a tick.
        _app.GiveWay(faster: 3);
        _app.Rate = rate;
        _app.Load = 0.5;

        _app.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(expected, _app.LastingShare);
    }

    [Fact]
    public void Step_AShareIsTooMuch_HalfOfItIsTheMost()
    {
        _app.GiveWay();
        _app.Rate = 3_000;
        _app.Load = 0.5;
        _app.RunUntil(() => _app.LastingShare == 0.5);
        _app.Load = 1;

        _app.GiveWay(faster: 1.9);
        _app.Rate = 6_000;
        _app.Load = 0.5;
        _app.RunFor(TimeSpan.FromSeconds(5));

        Assert.Equal(0.25, _app.LastingShare);
    }

    [Fact]
    public void Step_ComparisonsShowNoHarm_RaiseTheShareAfterThree()
    {
        _app.GiveWay();
        _app.Rate = 100;
        _app.Load = 0.5;
        _app.RunUntil(() => _app.LastingShare > 0);
        _app.Load = 1;
        var share = _app.LastingShare;

        _app.Compare(faster: 1);
        _app.Compare(faster: 1);
        _app.Compare(faster: 2);
        _app.Compare(faster: 0.5);
        _app.Compare(faster: 1);
        Assert.Equal(share, _app.LastingShare);
        _app.Compare(faster: 1);

        Assert.Equal(3 * share, _app.LastingShare, tolerance: AHair);
        _app.Compare(faster: 1);
        _app.Compare(faster: 1);
        Assert.Equal(3 * share, _app.LastingShare, tolerance: AHair);
        _app.Compare(faster: 1);
        Assert.Equal(9 * share, _app.LastingShare, tolerance: AHair);
    }

    [Fact]
    public void Reset_OfWhatWasKnown_LetsAllCopiesInAndBeginsAnew()
    {
        _app.GiveWay();
        _app.RunUntil(PressurePhase.Trial);

        _app.Reset();

        Assert.Equal((PressurePhase.Running, 1, 1), (_app.Phase, _app.Share, _app.LastingShare));
        Assert.Equal(Tick + PressureController.ShortRunTime, _app.RunUntil(PressurePhase.Settling));
    }

    [Fact]
    public void Reset_LongBeforeTheNextStep_MeasuresAWholeRunAllTheSame()
    {
        _app.RunUntil(PressurePhase.Settling);
        _app.Reset();

        _app.Wait(OneMinute);

        Assert.Equal(Tick + PressureController.ShortRunTime, _app.RunUntil(PressurePhase.Settling));
    }

    [Fact]
    public void Reset_OfASuspicion_ForgetsIt()
    {
        _app.Compare(faster: 3);

        _app.Reset();

        Assert.Equal(0, _app.Evidence);
        _app.Rate = 100;
        _app.RunUntil(PressurePhase.Settling);
        Assert.Equal(0, _app.Evidence);
        _app.Compare(faster: 3);
        Assert.Equal(1, _app.LastingShare);
    }

    // Looks have found nothing for so long that they are as rare as they become.
    private void BecomeCalm()
    {
        _app.RateAlone = _app.Rate;
        for (var look = 0; look <= PressureController.MostDoublings + 1; look++)
        {
            _app.RunUntil(PressurePhase.Running);
        }
    }

    private void Try(int rate)
    {
        _app.Rate = 1_000;
        _app.RunUntil(PressurePhase.Trial);
        _app.Rate = rate;
        _app.RunUntil(PressurePhase.Running);
        _app.Rate = 1_000;
    }
}
