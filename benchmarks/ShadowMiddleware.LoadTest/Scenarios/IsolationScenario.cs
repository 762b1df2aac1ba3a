using ShadowMiddleware.LoadTest.CommandLine;
using ShadowMiddleware.LoadTest.Faults;
using ShadowMiddleware.LoadTest.Load;
using ShadowMiddleware.LoadTest.Measuring;
using ShadowMiddleware.LoadTest.Processes;

namespace ShadowMiddleware.LoadTest.Scenarios;

/// <summary>
/// How other clients fare while the work for copies goes wrong. Each measurement has an app of its own, which ends after it: what goes wrong
/// may go on when nobody asks for it any more. In each round everything is set against the same load with a healthy shadow.
/// </summary>
internal sealed class IsolationScenario
{
    private readonly Arguments _arguments;
    private readonly Failures _failures;
    private readonly Action<string> _tell;

    /// <param name="arguments">How often, and how long.</param>
    /// <param name="failures">Told what goes wrong that should not.</param>
    /// <param name="tell">Told what is going on: a run takes its time.</param>
    public IsolationScenario(Arguments arguments, Failures failures, Action<string> tell)
    {
        _arguments = arguments;
        _failures = failures;
        _tell = tell;
    }

    /// <returns>A row for each case.</returns>
    public async Task<IReadOnlyList<Row>> RunAsync()
    {
        var groups = IsolationGroup.CreateAll();
        var obstacle = OwnNetwork.IsInside ? null : await OwnNetwork.FindObstacleAsync();
        using var names = obstacle is null ? new SilentNameServer() : null;
        await using var healthy = await ServedProcess.StartAsync(
            Role.Shadow,
            new ShadowSettings(ShadowBehaviour.Healthy)
        );
        var meter = new IsolationMeter(_arguments, _failures, healthy, names);
        for (var round = 1; round <= _arguments.Rounds; round++)
        {
            foreach (var group in groups)
            {
                await MeasureAsync(meter, group, round);
            }
        }

        foreach (var one in groups.SelectMany(group => group.Cases).Where(one => names is null && one.AsksForNames))
        {
            one.Row.Skipped = obstacle;
        }

        return groups.SelectMany(group => group.Cases.Prepend(group.Healthy)).Select(one => one.Row).ToArray();
    }

    // In another order each time.
    private async Task MeasureAsync(IsolationMeter meter, IsolationGroup group, int round)
    {
        if (await TryMeasureAsync(meter, group.Healthy, round) is not { } reference)
        {
            return;
        }

        group.Healthy.Row.Add(new Sample(round, reference, reference));
        var first = (round - 1) % group.Cases.Count;
        foreach (var one in group.Cases.Skip(first).Concat(group.Cases.Take(first)))
        {
            if (meter.Reaches(one) && await TryMeasureAsync(meter, one, round) is { } measured)
            {
                one.Row.Add(new Sample(round, measured, reference));
            }
        }
    }

    // One that fails does not take the figures of the others with it. That it failed is told, and in the exit code.
    private async Task<Figures?> TryMeasureAsync(IsolationMeter meter, IsolationCase one, int round)
    {
        _tell($"Round {round} of {_arguments.Rounds}: {one.Name}");
        try
        {
            return await meter.MeasureAsync(one);
        }
        catch (Exception exception)
            when (exception is LoadException or InvalidOperationException or TimeoutException or IOException)
        {
            _failures.Add($"{one.Name}, round {round}: {exception.Message}");
            return null;
        }
    }
}
