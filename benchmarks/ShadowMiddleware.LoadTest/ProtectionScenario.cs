using ShadowMiddleware.LoadTest.Load;
using ShadowMiddleware.LoadTest.Processes;
using ShadowMiddleware.LoadTest.Reporting;

namespace ShadowMiddleware.LoadTest;

/// <summary>
/// What mirroring costs an app that has no time to spare, with and without protection, and whether protection leaves alone an app that
/// has: the app alone, the app mirrored and the shadow are processes of their own.
/// </summary>
internal sealed class ProtectionScenario
{
    private const double LightLoad = 0.3;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    // What changes has this long to settle, and is measured on its own.
    private static readonly TimeSpan Transition = TimeSpan.FromSeconds(1);

    private readonly Arguments _arguments;
    private readonly ResultTable _results = new();
    private readonly TransitionTable _transitions = new();

    public ProtectionScenario(Arguments arguments) => _arguments = arguments;

    public async Task<string> RunAsync()
    {
        await using var shadow = await ServedProcess.StartAsync();
        await using var alone = await ServedProcess.StartAsync();
        await using var guarded = await ServedProcess.StartAsync(shadow.Address);
        await using var unguarded = await ServedProcess.StartAsync(shadow.Address, ServedApp.Unprotected);
        foreach (var process in (ServedProcess[])[shadow, alone, guarded, unguarded])
        {
            await LoadGenerator.SaturateAsync(process.Port, WarmUp);
        }

        for (var round = 0; round < _arguments.Rounds; round++)
        {
            var capacity = await CompareAsync("mirrored with protection, saturated", guarded, alone, rate: null);
            await CompareAsync("mirrored without protection, saturated", unguarded, alone, rate: null);
            var rate = LightLoad * capacity;
            await CompareAsync($"mirrored with protection, at {LightLoad:P0}", guarded, alone, rate);

            await WatchAsync("from light load to saturation", guarded, rate: null);
            await WatchAsync("from saturation to light load", guarded, rate);
        }

        return $"{_results}{Environment.NewLine}{_transitions}";
    }

    /// <summary>Measures the app between two measurements of the app alone.</summary>
    /// <returns>The requests a second of the app alone.</returns>
    private async Task<double> CompareAsync(string what, ServedProcess mirrored, ServedProcess alone, double? rate)
    {
        var (before, _) = await MeasureAsync(alone, rate);
        var (result, counts) = await MeasureAsync(mirrored, rate);
        var (after, _) = await MeasureAsync(alone, rate);
        var reference = (before.RequestsPerSecond + after.RequestsPerSecond) / 2;
        _results.Add(what, result, result.RequestsPerSecond / reference, counts);
        _results.Add(
            $"the app alone, before it was {what}",
            before,
            before.RequestsPerSecond / reference,
            ServedCounts.None
        );
        return reference;
    }

    private async Task<(LoadResult Result, ServedCounts Counts)> MeasureAsync(ServedProcess process, double? rate)
    {
        await LoadAsync(process, rate, Transition);
        var before = await process.ReadAsync();
        var result = await LoadAsync(process, rate, _arguments.Time);
        return (result, await process.ReadAsync() - before);
    }

    private async Task WatchAsync(string what, ServedProcess process, double? rate)
    {
        var load = LoadAsync(process, rate, _arguments.Time);
        var samples = new List<ServedCounts> { await process.ReadAsync() };
        using var timer = new PeriodicTimer(TransitionTable.SampleTime);
        while (!load.IsCompleted && await timer.WaitForNextTickAsync())
        {
            samples.Add(await process.ReadAsync());
        }

        await load;
        _transitions.Add(what, samples);
    }

    private static Task<LoadResult> LoadAsync(ServedProcess process, double? rate, TimeSpan time) =>
        rate is { } requestsPerSecond
            ? LoadGenerator.LoadAsync(process.Port, requestsPerSecond, time)
            : LoadGenerator.SaturateAsync(process.Port, time);
}
