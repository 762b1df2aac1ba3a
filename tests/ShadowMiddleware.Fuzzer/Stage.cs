using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Judging;
using ShadowMiddleware.Fuzzer.Plans;
using ShadowMiddleware.Fuzzer.Shadows;

namespace ShadowMiddleware.Fuzzer;

/// <summary>Everything that runs: the app three times, its shadows, and those who watch.</summary>
internal sealed class Stage : IAsyncDisposable
{
    // Holds nothing: a reload of it has the options made anew.
    private readonly IConfigurationRoot _settings = new ConfigurationBuilder().AddInMemoryCollection().Build();
    private readonly PlanGenerator _plans;

    // The fault that what is read has; zero for none.
    private volatile int _fault;

    private Stage(long seed)
    {
        Hostile = new HostileShadow(seed);
        _plans = new PlanGenerator(seed);
    }

    public ExactShadow Exact { get; } = new();

    public HostileShadow Hostile { get; }

    public IReadOnlyList<DrawnShadow> Drawn { get; } =
    [
        new(Fuzzing.DrawnShadow, basePath: "", isTransformed: false),
        new(Fuzzing.TransformedShadow, basePath: "/base", isTransformed: true),
    ];

    public ErrorLog Errors { get; } = new();

    public AppHost Mirrored { get; private set; } = null!;

    public AppHost Twin { get; private set; } = null!;

    /// <summary>Reads every body to the end and keeps it, for cases whose framing only a server can judge.</summary>
    public AppHost Recording { get; private set; } = null!;

    public ITrafficMirroringLedger Ledger { get; private set; } = null!;

    public Operator Operator { get; private set; } = null!;

    public Reloader Reloader { get; private set; } = null!;

    public LedgerWatcher Watcher { get; private set; } = null!;

    public long BytesHeld => Mirrored.Services.GetRequiredService<ByteBudget>().Used;

    public static async Task<Stage> SetAsync(long seed)
    {
        var stage = new Stage(seed);
        stage.Mirrored = await AppHost.StartMirroredAsync(stage.AddMirroring, stage.Errors);
        stage.Twin = await AppHost.StartTwinAsync();
        stage.Recording = await AppHost.StartRecordingAsync();
        stage.Ledger = stage.Mirrored.Services.GetRequiredService<ITrafficMirroringLedger>();
        stage.Reloader = new Reloader(
            stage.Mirrored.Services.GetRequiredService<ConfigurationMonitor>(),
            stage.Errors,
            stage.Reload
        );
        stage.Operator = new Operator(
            stage.Mirrored.Services.GetRequiredService<ITrafficMirroringControl>(),
            stage.Reloader,
            stage.Drawn
        );
        stage.Watcher = new LedgerWatcher(stage.Ledger);
        return stage;
    }

    /// <summary>Puts the plans of a round in force, while no request is under way.</summary>
    /// <exception cref="FuzzFailure">They are refused.</exception>
    public void Use(int round)
    {
        foreach (var (index, shadow) in Drawn.Index())
        {
            shadow.Plan = _plans.Create(round, index);
        }

        Reloader.Begin(_plans.CreateReloads(round));
        Operator.Begin();
    }

    public async ValueTask DisposeAsync()
    {
        await Watcher.DisposeAsync();
        await Mirrored.DisposeAsync();
        await Twin.DisposeAsync();
        await Recording.DisposeAsync();
        await Exact.DisposeAsync();
        await Hostile.DisposeAsync();
        foreach (var shadow in Drawn)
        {
            await shadow.DisposeAsync();
        }

        (_settings as IDisposable)?.Dispose();
    }

    private void Reload(int fault)
    {
        _fault = fault;
        _settings.Reload();
        _fault = 0;
    }

    private void AddMirroring(IServiceCollection services)
    {
        var mirroring = services.AddTrafficMirroring(_settings, Configure);
        foreach (var shadow in Drawn.Where(shadow => shadow.IsTransformed))
        {
            mirroring.AddTransform(shadow.Name, PlannedCode.Transform);
        }
    }

    private void Configure(TrafficMirroringOptions options)
    {
        options.Shadows[Fuzzing.ExactShadow] = CreateLossless(Exact.Address);
        foreach (var shadow in Drawn)
        {
            options.Shadows[shadow.Name] = PlannedOptions.Apply(shadow.Plan, CreateLossless(shadow.Address));
        }

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
        if (_fault > 0)
        {
            Spoil(options, _fault);
        }
    }

    // Any of it that came into force would be missed by the foresight: nothing would be copied any more.
    private static void Spoil(TrafficMirroringOptions options, int fault)
    {
        foreach (var shadow in options.Shadows.Values)
        {
            shadow.Until = ShadowPlan.Past;
        }

        options.Shadows[Fuzzing.HostileShadow].Percent = Reloader.Wrong(fault);
    }

    // Nothing is lost but what cannot be sent.
    private static ShadowOptions CreateLossless(string address) =>
        new()
        {
            Address = address,
            MaxBodyBytes = Fuzzing.MaxBodyBytes,
            QueueCapacity = 10_000,
            QueueTimeout = TimeSpan.FromMinutes(1),
            Timeout = TimeSpan.FromMinutes(1),
            CircuitBreaker = { FailureRatio = 1, MinimumThroughput = 1_000_000 },
        };
}
