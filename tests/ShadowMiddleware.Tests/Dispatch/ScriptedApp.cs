using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Tests.Dispatch;

/// <summary>An app that does what a test says, one tick after the other, as far as the controller of the pressure protection can see it.</summary>
internal sealed class ScriptedApp
{
    private readonly PressureController _controller = new();
    private long _requests = 1_000_000;

    public TimeSpan Tick { get; set; } = PressureProtection.TickTime;

    public TimeSpan Now { get; private set; } = TimeSpan.FromDays(1);

    /// <summary>Requests that are answered in a tick.</summary>
    public int Rate { get; set; } = 1_000;

    /// <summary>The same, while copies are held back.</summary>
    public int RateAlone { get; set; } = 1_000;

    public double Load { get; set; } = 1;

    public double QueueFill { get; set; }

    public PressurePhase Phase => _controller.Phase;

    public double Share => _controller.Share;

    public double LastingShare => _controller.LastingShare;

    public double Evidence => _controller.Evidence;

    public void Reset() => _controller.Reset(Observe());

    /// <summary>Lets time pass in which nobody watches.</summary>
    public void Wait(TimeSpan time) => Now += time;

    public void Step()
    {
        Now += Tick;
        _requests += _controller.HoldsBack ? RateAlone : Rate;
        _controller.Step(Observe());
    }

    public void RunFor(TimeSpan time)
    {
        for (var end = Now + time; Now < end; )
        {
            Step();
        }
    }

    /// <summary>Runs until something is so; how long that took.</summary>
    public TimeSpan RunUntil(Func<bool> condition)
    {
        var start = Now;
        while (!condition())
        {
            Assert.True(Now - start < TimeSpan.FromMinutes(1), $"Never: share {Share}, phase {Phase}.");
            Step();
        }

        return Now - start;
    }

    /// <summary>Runs until a phase begins; how long that took.</summary>
    public TimeSpan RunUntil(PressurePhase phase)
    {
        var start = Now;
        RunUntil(() => Phase != phase);
        RunUntil(() => Phase == phase);
        return Now - start;
    }

    /// <summary>Goes through a pause in which the app is so many times faster, and through what it is compared with.</summary>
    public void Compare(double faster)
    {
        RunUntil(() => Phase == PressurePhase.Settling);
        RateAlone = (int)(Rate * faster);
        RunUntil(PressurePhase.Running);
        RunUntil(() => Phase != PressurePhase.Running || LastingShare == 0);
    }

    /// <summary>Runs until copies have given way to an app that is so many times faster without them.</summary>
    public void GiveWay(double faster = 3)
    {
        for (var share = LastingShare; LastingShare == share; )
        {
            Compare(faster);
        }
    }

    private PressureObservation Observe() => new(Now, _requests, QueueFill, Load);
}
