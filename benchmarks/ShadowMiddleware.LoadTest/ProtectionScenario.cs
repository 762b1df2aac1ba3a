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

    private readonly Arguments _arguments;
    private readonly ResultTable _table = new();

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
            var bare = await MeasureAsync("app alone, saturated", alone, SaturateAsync, reference: null);
            await MeasureAsync("mirrored without protection, saturated", unguarded, SaturateAsync, bare);
            await MeasureAsync("mirrored with protection, saturated", guarded, SaturateAsync, bare);
            await MeasureAsync("app alone, saturated again", alone, SaturateAsync, bare);
            var rate = LightLoad * bare.RequestsPerSecond;
            Task<LoadResult> LoadAsync(ServedProcess process) =>
                LoadGenerator.LoadAsync(process.Port, rate, _arguments.Time);

            var light = await MeasureAsync($"app alone, at {LightLoad:P0}", alone, LoadAsync, reference: null);

            // It comes from saturation, and may first have to notice that it is over.
            await SaturateAsync(guarded);
            await LoadGenerator.LoadAsync(guarded.Port, rate, TimeSpan.FromSeconds(1));
            await MeasureAsync($"mirrored with protection, at {LightLoad:P0}", guarded, LoadAsync, light);
        }

        return _table.ToString();
    }

    private Task<LoadResult> SaturateAsync(ServedProcess process) =>
        LoadGenerator.SaturateAsync(process.Port, _arguments.Time);

    private async Task<LoadResult> MeasureAsync(
        string what,
        ServedProcess process,
        Func<ServedProcess, Task<LoadResult>> load,
        LoadResult? reference
    )
    {
        var before = await process.ReadAsync();
        var result = await load(process);
        _table.Add(what, result, reference ?? result, await process.ReadAsync() - before);
        return result;
    }
}
