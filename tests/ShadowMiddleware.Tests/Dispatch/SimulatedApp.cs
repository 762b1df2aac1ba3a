using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Tests.Dispatch;

/// <summary>
/// An app on a machine, as far as the controller of the pressure protection can see it: it answers requests and sends copies out of one
/// capacity, five milliseconds at a time. What it cannot do at once waits.
/// </summary>
internal sealed class SimulatedApp
{
    private static readonly TimeSpan Tick = PressureProtection.TickTime;

    private readonly PressureController _controller = new();
    private readonly Random _random = new(20_310_506);
    private TimeSpan _now;
    private double _answered;
    private double _waiting;
    private double _queued;
    private double _used;

    /// <summary>Requests a second that the app could answer if it did nothing else.</summary>
    public double Capacity { get; set; } = 50_000;

    /// <summary>Requests a second that arrive; <see langword="null"/> when clients send as fast as they are answered.</summary>
    public double? Arrivals { get; set; }

    /// <summary>The cost of a copy, in requests.</summary>
    public double CopyCost { get; set; } = 1.5;

    /// <summary>How much the number of requests in one tick varies, from 0 to 1.</summary>
    public double Noise { get; set; }

    /// <summary>A load that the machine has in any case.</summary>
    public double OtherLoad { get; set; }

    public double QueueCapacity { get; set; } = 1024;

    public double Share => _controller.LastingShare;

    public PressurePhase Phase => _controller.Phase;

    public double Answered => _answered;

    /// <summary>Requests whose copies were not let in.</summary>
    public double GaveWay { get; private set; }

    /// <summary>Copies that found the queue full.</summary>
    public double Lost { get; private set; }

    public double PeakQueue { get; private set; }

    public TimeSpan Held { get; private set; }

    public void RunFor(TimeSpan time)
    {
        for (var end = _now + time; _now < end; )
        {
            Step();
        }
    }

    /// <summary>Runs until something is so; how long that took.</summary>
    public TimeSpan RunUntil(Func<bool> condition, TimeSpan most)
    {
        var start = _now;
        while (!condition())
        {
            Assert.True(_now - start < most, $"Not within {most}: share {Share}, phase {Phase}.");
            Step();
        }

        return _now - start;
    }

    private void Step()
    {
        _now += Tick;
        var budget = Capacity * Tick.TotalSeconds;
        var noise = 1 + (Noise * ((2 * _random.NextDouble()) - 1));
        _waiting = Arrivals is { } arrivals ? _waiting + (arrivals * Tick.TotalSeconds * noise) : budget * noise;

        // Requests and copies share the processor as they share its queue: by how many there are of each.
        var share = _controller.Share;
        var sends = _controller.HoldsBack ? 0 : _queued + (_waiting * share);
        var wanted = _waiting + (sends * CopyCost);
        var done = Math.Min(1, budget / Math.Max(wanted, 1e-9));
        var answers = _waiting * done;
        _waiting = Arrivals is null ? 0 : _waiting - answers;
        _answered += answers;
        GaveWay += answers * (1 - share);

        var room = QueueCapacity - _queued + (sends * done);
        var copies = answers * share;
        Lost += Math.Max(0, copies - room);
        _queued = Math.Min(QueueCapacity, Math.Max(0, _queued + copies - (sends * done)));
        PeakQueue = Math.Max(PeakQueue, _queued);
        Held += _controller.HoldsBack ? Tick : TimeSpan.Zero;

        // Over the last fifth of a second, as the real one.
        _used += ((answers + (sends * done * CopyCost)) / budget - _used) / 20;
        _controller.Step(
            new PressureObservation(_now, (long)_answered, _queued / QueueCapacity, Math.Min(1, _used + OtherLoad))
        );
    }
}
