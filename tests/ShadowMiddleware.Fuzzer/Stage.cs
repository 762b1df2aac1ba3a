using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Judging;
using ShadowMiddleware.Fuzzer.Shadows;

namespace ShadowMiddleware.Fuzzer;

/// <summary>Everything that runs: the app three times, two shadows, and those who watch.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private Stage(long seed) => Hostile = new HostileShadow(seed);

    public ExactShadow Exact { get; } = new();

    public HostileShadow Hostile { get; }

    public ErrorLog Errors { get; } = new();

    public AppHost Mirrored { get; private set; } = null!;

    public AppHost Twin { get; private set; } = null!;

    /// <summary>Reads every body to the end and keeps it, for cases whose framing only a server can judge.</summary>
    public AppHost Recording { get; private set; } = null!;

    public ITrafficMirroringLedger Ledger { get; private set; } = null!;

    public LedgerWatcher Watcher { get; private set; } = null!;

    public long BytesHeld => Mirrored.Services.GetRequiredService<ByteBudget>().Used;

    public static async Task<Stage> SetAsync(long seed)
    {
        var stage = new Stage(seed);
        stage.Mirrored = await AppHost.StartMirroredAsync(stage.Configure, stage.Errors);
        stage.Twin = await AppHost.StartTwinAsync();
        stage.Recording = await AppHost.StartRecordingAsync();
        stage.Ledger = stage.Mirrored.Services.GetRequiredService<ITrafficMirroringLedger>();
        stage.Watcher = new LedgerWatcher(stage.Ledger);
        return stage;
    }

    public async ValueTask DisposeAsync()
    {
        await Watcher.DisposeAsync();
        await Mirrored.DisposeAsync();
        await Twin.DisposeAsync();
        await Recording.DisposeAsync();
        await Exact.DisposeAsync();
        await Hostile.DisposeAsync();
    }

    private void Configure(TrafficMirroringOptions options)
    {
        // Nothing is lost but what cannot be sent.
        options.Shadows[Fuzzing.ExactShadow] = new ShadowOptions
        {
            Address = Exact.Address,
            MaxBodyBytes = Fuzzing.MaxBodyBytes,
            QueueCapacity = 10_000,
            QueueTimeout = TimeSpan.FromMinutes(1),
            Timeout = TimeSpan.FromMinutes(1),
            CircuitBreaker = { FailureRatio = 1, MinimumThroughput = 1_000_000 },
        };

        // Everything is lost at some time: bounds are tight, and the breaker opens and closes all the while.
        options.Shadows[Fuzzing.HostileShadow] = new ShadowOptions
        {
            Address = Hostile.Address,
            MaxBodyBytes = 8 * 1024,
            QueueCapacity = 8,
            MaxConcurrency = 4,
            QueueTimeout = TimeSpan.FromMilliseconds(200),
            Timeout = TimeSpan.FromMilliseconds(300),
            CircuitBreaker =
            {
                SamplingDuration = TimeSpan.FromMilliseconds(500),
                BreakDuration = TimeSpan.FromMilliseconds(500),
            },
        };
    }
}
