using ShadowMiddleware.LoadTest.CommandLine;
using ShadowMiddleware.LoadTest.Load;
using ShadowMiddleware.LoadTest.Measuring;
using ShadowMiddleware.LoadTest.Processes;
using ShadowMiddleware.LoadTest.Reporting;

namespace ShadowMiddleware.LoadTest.Scenarios;

/// <summary>
/// What mirroring costs an app that has no time to spare, with and without protection, and whether protection leaves alone an app that
/// has: the app alone, the app mirrored and the shadow are processes of their own.
/// </summary>
internal sealed class ProtectionScenario
{
    private const double LightLoad = 0.3;

    private readonly Arguments _arguments;
    private readonly Failures _failures;
    private readonly ProtectionTable _results = new();
    private readonly TransitionTable _transitions = new();

    public ProtectionScenario(Arguments arguments, Failures failures)
    {
        _arguments = arguments;
        _failures = failures;
    }

    public async Task<string> RunAsync()
    {
        await using var shadow = await ServedProcess.StartAsync(
            Role.Shadow,
            new ShadowSettings(ShadowBehaviour.Healthy)
        );
        var settings = new AppSettings(CopiedBy.Middleware, shadow.Address);
        await using var alone = await ServedProcess.StartAsync(Role.App, new AppSettings(CopiedBy.Nobody));
        await using var guarded = await ServedProcess.StartAsync(Role.App, settings);
        await using var unguarded = await ServedProcess.StartAsync(Role.App, settings with { Protection = false });
        foreach (var process in (ServedProcess[])[alone, guarded, unguarded])
        {
            await LoadAsync(process, rate: null, _arguments.WarmUp);
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
        _failures.AddIf(!counts.AddsUp, $"{what}: the ledger does not add up: {counts}");
        var reference = (before.RequestsPerSecond + after.RequestsPerSecond) / 2;
        _results.Add(what, result, result.RequestsPerSecond / reference, counts);
        _results.Add(
            $"the app alone, before it was {what}",
            before,
            before.RequestsPerSecond / reference,
            new CopyCounts()
        );
        return reference;
    }

    private async Task<(LoadResult Result, CopyCounts Counts)> MeasureAsync(ServedProcess process, double? rate)
    {
        using var clients = LoadClients.Connect(process.Port);
        await clients.LoadAsync(rate, _arguments.Settle);
        var before = await process.ReadAsync();
        var result = await clients.LoadAsync(rate, _arguments.Time);
        return (result, (await process.ReadAsync() - before).Copies);
    }

    private async Task WatchAsync(string what, ServedProcess process, double? rate)
    {
        var load = LoadAsync(process, rate, _arguments.Time);
        var samples = new List<CopyCounts> { (await process.ReadAsync()).Copies };
        using var timer = new PeriodicTimer(TransitionTable.SampleTime, TimeProvider.System);
        while (!load.IsCompleted && await timer.WaitForNextTickAsync())
        {
            samples.Add((await process.ReadAsync()).Copies);
        }

        await load;
        _transitions.Add(what, samples);
    }

    private static async Task<LoadResult> LoadAsync(ServedProcess process, double? rate, TimeSpan time)
    {
        using var clients = LoadClients.Connect(process.Port);
        return await clients.LoadAsync(rate, time);
    }
}
