namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>Pauses shadows, moves their ceilings and reloads, as the plans say.</summary>
internal sealed class Operator
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(3);

    // Rarer, so that most of the machine's time is the requests'.
    private const int TicksPerReload = 3;

    private readonly ITrafficMirroringControl _control;
    private readonly Reloader _reloader;
    private readonly IReadOnlyList<DrawnShadow> _shadows;

    public Operator(ITrafficMirroringControl control, Reloader reloader, IReadOnlyList<DrawnShadow> shadows)
    {
        _control = control;
        _reloader = reloader;
        _shadows = shadows;
    }

    /// <summary>What holds from the start of the round.</summary>
    public void Begin()
    {
        foreach (var shadow in _shadows)
        {
            _control.SetPaused(shadow.Name, shadow.Plan.Control.IsPaused);
            _control.SetCeiling(shadow.Name, shadow.Plan.Control.Ceiling);
        }
    }

    /// <summary>Changes what is to change, until told to stop.</summary>
    public async Task MeddleAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            for (var tick = 1; await timer.WaitForNextTickAsync(stop); tick++)
            {
                var isOdd = tick % 2 == 1;
                foreach (var shadow in _shadows)
                {
                    Meddle(shadow, isOdd);
                }

                if (tick % TicksPerReload == 0)
                {
                    _reloader.Meddle(isOdd);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
    }

    private void Meddle(DrawnShadow shadow, bool isOdd)
    {
        var plan = shadow.Plan.Control;
        if (plan.PauseFlips)
        {
            _control.SetPaused(shadow.Name, plan.IsPaused != isOdd);
        }

        if (plan.CeilingFlips)
        {
            _control.SetCeiling(shadow.Name, isOdd ? 100 : plan.Ceiling);
        }
    }
}
