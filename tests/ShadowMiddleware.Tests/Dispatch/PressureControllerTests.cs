using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Tests.Dispatch;

public sealed class PressureControllerTests
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    private readonly SimulatedApp _app = new();

    [Fact]
    public void Step_AppIsSaturated_CopiesGiveWayWithinASecondAndStayAway()
    {
        _app.RunUntil(() => _app.Share == 0, OneSecond);
        var before = _app.Answered;

        _app.RunFor(OneMinute);

        // Trials cost something too.
        Assert.InRange((_app.Answered - before) / (_app.Capacity * 60), 0.98, 1);
        Assert.Equal(0, _app.Share);
    }

    // What takes less than a twentieth is allowed. Small harm among noise takes its time to be found.
    [Theory]
    [InlineData(0.05, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0.1, 0.3)]
    [InlineData(0.2, 0)]
    [InlineData(0.2, 0.3)]
    [InlineData(0.35, 0.3)]
    [InlineData(0.5, 0)]
    [InlineData(0.5, 0.3)]
    [InlineData(1, 0.3)]
    [InlineData(3, 0.3)]
    public void Step_AppIsSaturated_KeepsItsThroughputWhateverACopyCosts(double copyCost, double noise)
    {
        var alone = new SimulatedApp { CopyCost = 0, Noise = noise };
        _app.CopyCost = copyCost;
        _app.Noise = noise;
        _app.RunFor(TimeSpan.FromSeconds(30));
        alone.RunFor(TimeSpan.FromSeconds(30));
        var (before, beforeAlone) = (_app.Answered, alone.Answered);

        _app.RunFor(5 * OneMinute);
        alone.RunFor(5 * OneMinute);

        Assert.InRange((_app.Answered - before) / (alone.Answered - beforeAlone), 0.95, 1.01);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(1_000)]
    [InlineData(1_900)]
    public void Step_SaturatedByFewRequests_CopiesGiveWay(double capacity)
    {
        _app.Capacity = capacity;

        _app.RunUntil(() => _app.Share == 0, TimeSpan.FromSeconds(4));
        var before = _app.Answered;
        _app.RunFor(OneMinute);

        Assert.InRange((_app.Answered - before) / (capacity * 60), 0.95, 1);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1_000)]
    [InlineData(5_000)]
    public void Step_RequestsComeAtRandomAndCopiesCostNothing_NothingGivesWay(int rate)
    {
        var random = new Random(20_310_506);
        var controller = new PressureController();
        var requests = 0L;
        var gaveWay = 0;
        for (var now = TimeSpan.Zero; now < 10 * OneMinute; now += PressureProtection.TickTime)
        {
            requests += Arrivals(random, rate * PressureProtection.TickTime.TotalSeconds);
            controller.Step(new PressureObservation(now, requests, QueueFill: 0, ProcessorLoad: 0.95));
            gaveWay += controller.LastingShare < 1 ? 1 : 0;
        }

        Assert.Equal(0, gaveWay);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.25)]
    public void Step_AppHasTimeForBoth_NothingGivesWay(double load)
    {
        _app.Arrivals = load * _app.Capacity;
        _app.Noise = 0.5;

        _app.RunFor(OneMinute);

        Assert.Equal(0, _app.GaveWay);
        Assert.Equal(0, _app.Lost);
        Assert.Equal(TimeSpan.Zero, _app.Held);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    public void Step_ProcessorsAreBusyAndTheAppIsNotSlower_NothingGivesWay(double noise)
    {
        _app.Arrivals = 0.3 * _app.Capacity;
        _app.OtherLoad = 0.3;
        _app.Noise = noise;

        _app.RunFor(OneMinute);

        Assert.Equal(0, _app.GaveWay);
        Assert.Equal(0, _app.Lost);
        Assert.NotEqual(TimeSpan.Zero, _app.Held);
    }

    [Fact]
    public void Step_TrafficGrowsOnBusyProcessors_IsNotTakenForHarm()
    {
        _app.OtherLoad = 0.8;
        _app.Arrivals = 2_000;

        for (var i = 0; i < 40; i++)
        {
            _app.RunFor(TimeSpan.FromMilliseconds(50));
            _app.Arrivals *= 1.05;
        }

        Assert.Equal(0, _app.GaveWay);
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.3)]
    public void Step_LoadFalls_CopiesAreBackWithinASecond(double load)
    {
        _app.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal(0, _app.Share);

        _app.Arrivals = load * _app.Capacity;

        _app.RunUntil(() => _app.Share == 1, OneSecond);
        var gaveWay = _app.GaveWay;
        _app.RunFor(OneMinute);
        Assert.Equal(gaveWay, _app.GaveWay);
    }

    [Fact]
    public void Step_LoadFallsAndOthersKeepTheProcessorsBusy_TrialsBringTheCopiesBack()
    {
        _app.RunFor(TimeSpan.FromSeconds(5));
        _app.Arrivals = 0.2 * _app.Capacity;
        _app.OtherLoad = 0.8;

        _app.RunUntil(() => _app.Share == 1, TimeSpan.FromSeconds(4));
        var gaveWay = _app.GaveWay;
        _app.RunFor(OneMinute);

        Assert.Equal(gaveWay, _app.GaveWay);
    }

    [Fact]
    public void Step_FewRequestsInATrial_ItLastsUntilTheyAreEnoughToCompare()
    {
        _app.RunFor(TimeSpan.FromSeconds(5));
        _app.Arrivals = 1_000;
        _app.OtherLoad = 0.8;
        _app.RunUntil(() => _app.Phase == PressurePhase.Trial, TimeSpan.FromSeconds(4));

        var lasted = _app.RunUntil(() => _app.Phase != PressurePhase.Trial, OneSecond);

        // Thirty of them, in five milliseconds more or less.
        Assert.InRange(lasted.TotalMilliseconds, 25, 35);
    }

    [Fact]
    public void Step_NoRequestsInATrial_ItEnds()
    {
        _app.RunFor(TimeSpan.FromSeconds(5));
        _app.Arrivals = 0;
        _app.OtherLoad = 0.8;
        _app.RunUntil(() => _app.Phase == PressurePhase.Trial, TimeSpan.FromSeconds(4));

        _app.RunUntil(() => _app.Phase != PressurePhase.Trial, 2 * PressureController.LongestLook);
    }

    [Fact]
    public void Step_LoadBetween_FindsAShareAndKeepsTheAppUpToSpeed()
    {
        _app.Arrivals = 0.6 * _app.Capacity;
        _app.RunFor(TimeSpan.FromSeconds(30));
        var (answered, gaveWay) = (_app.Answered, _app.GaveWay);

        _app.RunFor(OneMinute);

        var copied = 1 - ((_app.GaveWay - gaveWay) / (_app.Answered - answered));
        Assert.InRange(copied, 0.05, 0.6);
        Assert.InRange((_app.Answered - answered) / (_app.Arrivals.Value * 60), 0.99, 1.01);
    }

    [Fact]
    public void Step_QueueIsTooShortForAPause_EndsThePauseBeforeACopyIsLost()
    {
        _app.Arrivals = 0.3 * _app.Capacity;
        _app.OtherLoad = 0.3;
        _app.QueueCapacity = 320;

        _app.RunFor(OneMinute);

        Assert.Equal(0, _app.Lost);
        Assert.Equal(0, _app.GaveWay);
    }

    // How many come in a time in which so many come on average (Knuth, volume 2, section 3.4.1).
    private static int Arrivals(Random random, double mean)
    {
        var arrivals = 0;
        for (var left = random.NextDouble(); left > Math.Exp(-mean); left *= random.NextDouble())
        {
            arrivals++;
        }

        return arrivals;
    }
}
