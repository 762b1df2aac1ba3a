using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Background;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Soak.Apps;
using ShadowMiddleware.Soak.Names;
using ShadowMiddleware.Soak.Reloading;
using ShadowMiddleware.Soak.Shadows;
using ShadowMiddleware.Soak.Traffic;
using ShadowMiddleware.Soak.Watching;

namespace ShadowMiddleware.Soak;

/// <summary>Everything that traffic meets: the app twice, the shadows, and those who watch.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly Findings _findings;

    private Stage(Random random, Findings findings)
    {
        _findings = findings;
        Names = new ErraticLookup(random, findings);
        Log = new LibraryLog(findings);
    }

    public Settings Settings { get; } = new();

    public LibraryLog Log { get; }

    public ErraticLookup Names { get; }

    public Leftovers Leftovers { get; } = new(TimeProvider.System);

    public CountedPools Pools { get; private set; } = null!;

    public SoakHost Mirrored { get; private set; } = null!;

    public SoakHost Twin { get; private set; } = null!;

    /// <summary>The healthy shadows by name, the guest included.</summary>
    public Dictionary<string, CheckingShadow> Well { get; } = new(StringComparer.Ordinal);

    public List<ChangingShadow> Broken { get; } = [];

    public ITrafficMirroringLedger Ledger { get; private set; } = null!;

    public LedgerWatcher Watcher { get; private set; } = null!;

    public long BytesHeld => Mirrored.Services.GetRequiredService<ByteBudget>().Used;

    /// <summary>Where the shadows are now.</summary>
    public IEnumerable<string> Addresses =>
        Well.Values.Select(shadow => shadow.Address).Concat(Broken.Select(shadow => shadow.Address).OfType<string>());

    public static async Task<Stage> SetAsync(TestBodies bodies, Tickets tickets, Random random, Findings findings)
    {
        var stage = new Stage(new Random(random.Next()), findings);
        foreach (var (name, protocols, host) in WellShadows())
        {
            stage.Well[name] = await CheckingShadow.StartAsync(name, protocols, host, bodies, tickets, findings);
        }

        stage.Configure();
        foreach (var name in ShadowNames.Broken)
        {
            var shadow = new ChangingShadow(name, stage.Settings, stage.Names, new Random(random.Next()));
            stage.Broken.Add(shadow);
            await shadow.ChangeAsync();
        }

        stage.Mirrored = await SoakHost.StartAsync(stage.Log, stage.Leftovers, stage.AddMirroring);
        stage.Twin = await SoakHost.StartAsync(stage.Log, leftovers: null, mirroring: null);
        stage.Ledger = stage.Mirrored.Services.GetRequiredService<ITrafficMirroringLedger>();
        stage.Watcher = new LedgerWatcher(stage.Ledger);
        return stage;
    }

    public async ValueTask DisposeAsync()
    {
        await Watcher.DisposeAsync();
        await Mirrored.DisposeAsync();
        Names.Dispose();
        await Twin.DisposeAsync();
        foreach (var shadow in Well.Values)
        {
            await shadow.DisposeAsync();
        }

        foreach (var shadow in Broken)
        {
            await shadow.DisposeAsync();
        }
    }

    private static IEnumerable<(string Name, HttpProtocols Protocols, string? Host)> WellShadows() =>
        [
            (ShadowNames.Exact, HttpProtocols.Http1, null),
            (ShadowNames.ExactHttp2, HttpProtocols.Http2, null),
            (ShadowNames.Named, HttpProtocols.Http1, ErraticLookup.WellHost),
            (ShadowNames.Guest, HttpProtocols.Http1, null),
        ];

    private void Configure()
    {
        var settings = new List<(string Key, string? Value)>
        {
            ("MaxBufferedBytes", "4000000"),
            ($"Shadows:{ShadowNames.ExactHttp2}:HttpVersion", "2"),
        };
        foreach (var name in ShadowNames.Well)
        {
            settings.Add(($"Shadows:{name}:Address", Well[name].Address));
        }

        foreach (var name in ShadowNames.Broken)
        {
            settings.Add(($"Shadows:{name}:QueueCapacity", "16"));
            settings.Add(($"Shadows:{name}:MaxConcurrency", "4"));
            settings.Add(($"Shadows:{name}:MaxBodyBytes", "100000"));
            settings.Add(($"Shadows:{name}:QueueTimeout", "00:00:00.5"));
            settings.Add(($"Shadows:{name}:Timeout", "00:00:00.3"));
            settings.Add(($"Shadows:{name}:CircuitBreaker:SamplingDuration", "00:00:01"));
            settings.Add(($"Shadows:{name}:CircuitBreaker:BreakDuration", "00:00:00.5"));
        }

        Settings.Change([.. settings]);
    }

    private void AddMirroring(Microsoft.AspNetCore.Builder.WebApplicationBuilder builder)
    {
        builder.Configuration.Sources.Add(Settings.Source);

        // In front of the library's own, which stands back.
        builder.Services.AddSingleton(provider =>
        {
            Pools = new CountedPools(provider.GetRequiredService<IMemoryPoolFactory<byte>>(), _findings);
            return new BlockPool(provider.GetRequiredService<ByteBudget>(), Pools);
        });
        builder.Services.AddSingleton(new NameResolver(Names, TimeProvider.System));
        var mirroring = builder.Services.AddTrafficMirroring(
            Settings.SectionOf(builder.Configuration),
            options =>
                options.Shadows[MirrorCode.ChosenShadow].When(MirrorCode.When).WhenResponse(MirrorCode.WhenResponse)
        );
        mirroring.AddTransform(MirrorCode.TransformedShadow, MirrorCode.Transform);
        foreach (var name in ShadowNames.Broken)
        {
            // So that the faults of TLS are their own, and not that of an unknown authority.
            mirroring.ConfigureShadowClient(
                name,
                client => client.UseSocketsHttpHandler((handler, _) => TestAuthority.Trust(handler))
            );
        }
    }
}
