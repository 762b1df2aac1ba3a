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
            var bare = await MeasureAsync("app alone, saturated", alone, rate: null, reference: null);
            await MeasureAsync("mirrored without protection, saturated", unguarded, rate: null, bare);
            await MeasureAsync("mirrored with protection, saturated", guarded, rate: null, bare);
            await MeasureAsync("app alone, saturated again", alone, rate: null, bare);

            var rate = LightLoad * bare.RequestsPerSecond;
            var light = await MeasureAsync($"app alone, at {LightLoad:P0}", alone, rate, reference: null);
            await MeasureAsync($"mirrored with protection, at {LightLoad:P0}", guarded, rate, light);

            await WatchAsync("from light load to saturation", guarded, rate: null);
            await WatchAsync("from saturation to light load", guarded, rate);
        }

        return $"{_results}{Environment.NewLine}{_transitions}";
    }

    private async Task<LoadResult> MeasureAsync(string what, ServedProcess process, double? rate, LoadResult? reference)
    {
        await LoadAsync(process, rate, Transition);
        var before = await process.ReadAsync();
        var result = await LoadAsync(process, rate, _arguments.Time);
        _results.Add(what, result, reference ?? result, await process.ReadAsync() - before);
        return result;
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
