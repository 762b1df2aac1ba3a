using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>
/// A primary on Kestrel that mirrors, and on demand its twin: the same app without the mirror. Every knob is a property; set them,
/// then call <see cref="StartAsync"/>.
/// </summary>
internal sealed class MirrorEnvironment : IAsyncDisposable
{
    private const string Section = "TrafficMirroring";

    private PrimaryHost? _primary;
    private PrimaryHost? _twin;
    private LedgerWatcher? _watcher;

    public HttpProtocols Protocols { get; init; } = HttpProtocols.Http1;

    public X509Certificate2? Certificate { get; init; }

    public Action<KestrelServerOptions>? ConfigureKestrel { get; init; }

    /// <summary>The addresses of the shadows by name.</summary>
    public Dictionary<string, string> Shadows { get; } = [];

    /// <summary>Keys below the section: <c>Shadows:v2:Percent</c>.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>Options set in code, applied after the settings.</summary>
    public Action<TrafficMirroringOptions>? ConfigureOptions { get; init; }

    public Action<ITrafficMirroringBuilder>? ConfigureMirroring { get; init; }

    public Action<IServiceCollection>? ConfigureServices { get; init; }

    /// <summary>The pipeline in front of the mirror.</summary>
    public Action<WebApplication>? BeforeMirror { get; init; }

    /// <summary>The app behind the mirror.</summary>
    public Action<WebApplication> App { get; init; } = app => app.Run(SampleApp.EchoAsync);

    public bool WithTwin { get; init; }

    public RecordingLogs Logs { get; } = new();

    /// <summary>What the app without the mirror logs.</summary>
    public RecordingLogs TwinLogs { get; } = new();

    public ReloadableSettings Configuration { get; } = new();

    public PrimaryHost Primary => _primary ?? throw new InvalidOperationException("Not started.");

    public PrimaryHost Twin => _twin ?? throw new InvalidOperationException("Started without a twin.");

    public HttpClient Client => Primary.Client;

    public ITrafficMirroringLedger Ledger { get; private set; } = null!;

    public T Service<T>()
        where T : notnull => Primary.Services.GetRequiredService<T>();

    public async Task<MirrorEnvironment> StartAsync(CancellationToken token)
    {
        UnobservedExceptions.Watch();
        Configuration.Change(data =>
        {
            // Short, because most tests end with nothing left to send or with a shadow that will never answer.
            data[$"{Section}:DrainTimeout"] = "00:00:00.1";

            foreach (var (name, address) in Shadows)
            {
                data[$"{Section}:Shadows:{name}:Address"] = address;
            }

            foreach (var (key, value) in Settings)
            {
                data[$"{Section}:{key}"] = value;
            }
        });

        _primary = await StartHostAsync(mirrored: true, token);
        Ledger = _primary.Services.GetRequiredService<ITrafficMirroringLedger>();
        _watcher = new LedgerWatcher(Ledger);
        _twin = WithTwin ? await StartHostAsync(mirrored: false, token) : null;
        return this;
    }

    /// <summary>Changes keys below the section and reloads. A key set to <see langword="null"/> is removed.</summary>
    public void Reload(params (string Key, string? Value)[] changes) =>
        Configuration.Change(data =>
        {
            foreach (var (key, value) in changes)
            {
                if (value is null)
                {
                    data.Remove($"{Section}:{key}");
                }
                else
                {
                    data[$"{Section}:{key}"] = value;
                }
            }
        });

    /// <summary>Waits until no request is pending or in flight, then returns the counts of the only shadow, or of the one named.</summary>
    public async Task<ShadowLedger> WaitUntilSettledAsync(CancellationToken token, string? shadow = null)
    {
        await WaitUntilAsync(
            snapshot => snapshot.Shadows.Values.All(counts => counts.Pending == 0 && counts.InFlight == 0),
            token
        );

        var settled = Ledger.GetSnapshot();
        LedgerAssert.AddsUp(settled);
        _watcher!.AssertSound();
        return shadow is null ? settled.Shadows.Values.Single() : settled.Shadows[shadow];
    }

    public Task WaitUntilAsync(Func<LedgerSnapshot, bool> condition, CancellationToken token) =>
        Eventually.HoldsAsync(
            () => condition(Ledger.GetSnapshot()),
            () =>
                string.Join(
                    "; ",
                    Ledger
                        .GetSnapshot()
                        .Shadows.Select(shadow => $"{shadow.Key}: {LedgerAssert.Describe(shadow.Value)}")
                ),
            token
        );

    /// <summary>Waits until the counts of the only shadow are these, as <see cref="LedgerAssert.Describe"/> writes them.</summary>
    public async Task WaitUntilLedgerIsAsync(string expected, CancellationToken token)
    {
        await WaitUntilAsync((ShadowLedger shadow) => LedgerAssert.Describe(shadow) == expected, token);
        _watcher!.AssertSound();
    }

    /// <summary>Waits for a condition on the only shadow.</summary>
    public Task WaitUntilAsync(Func<ShadowLedger, bool> condition, CancellationToken token) =>
        WaitUntilAsync((LedgerSnapshot snapshot) => condition(snapshot.Shadows.Values.Single()), token);

    public async ValueTask DisposeAsync()
    {
        if (_watcher is not null)
        {
            await _watcher.DisposeAsync();
        }

        if (_twin is not null)
        {
            await _twin.DisposeAsync();
        }

        if (_primary is not null)
        {
            await _primary.DisposeAsync();
        }
    }

    private async Task<PrimaryHost> StartHostAsync(bool mirrored, CancellationToken token)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.Sources.Add(Configuration);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(ConfigureServer);
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Logging.AddProvider(mirrored ? Logs : TwinLogs).SetMinimumLevel(LogLevel.Debug);
        ConfigureServices?.Invoke(builder.Services);

        if (mirrored)
        {
            var mirroring = AddMirroring(builder);
            ConfigureMirroring?.Invoke(mirroring);
        }

        var app = builder.Build();
        BeforeMirror?.Invoke(app);

        if (mirrored)
        {
            app.UseTrafficMirroring();
        }

        App(app);

        try
        {
            await app.StartAsync(token);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new PrimaryHost(app, Protocols == HttpProtocols.Http2);
    }

    private ITrafficMirroringBuilder AddMirroring(WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection(Section);
        return ConfigureOptions is null
            ? builder.Services.AddTrafficMirroring(section)
            : builder.Services.AddTrafficMirroring(section, ConfigureOptions);
    }

    private void ConfigureServer(KestrelServerOptions kestrel)
    {
        kestrel.Listen(
            IPAddress.Loopback,
            0,
            endpoint =>
            {
                endpoint.Protocols = Protocols;

                if (Certificate is not null)
                {
                    endpoint.UseHttps(Certificate);
                }
            }
        );

        ConfigureKestrel?.Invoke(kestrel);
    }
}
