using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.Fuzzer.Apps;

/// <summary>One of the instances of the app: mirrored, its unmirrored twin, or the one that only records what requests carry.</summary>
internal sealed class AppHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AppHost(WebApplication app, ArrivalRecorder recorder)
    {
        _app = app;
        Recorder = recorder;
        Port = new Uri(app.Urls.First()).Port;
        Http2Port = new Uri(app.Urls.Last()).Port;
    }

    public ArrivalRecorder Recorder { get; }

    public int Port { get; }

    /// <summary>Where HTTP/2 is spoken, without TLS and from the first byte.</summary>
    public int Http2Port { get; }

    public IServiceProvider Services => _app.Services;

    public static Task<AppHost> StartMirroredAsync(Action<IServiceCollection> mirroring, ILoggerProvider logs) =>
        StartAsync(
            mirroring,
            app =>
            {
                FuzzedApp.MapOuter(app);
                app.UseTrafficMirroring();
                FuzzedApp.MapInner(app);
            },
            logs
        );

    public static Task<AppHost> StartTwinAsync() =>
        StartAsync(
            _ => { },
            app =>
            {
                FuzzedApp.MapOuter(app);
                FuzzedApp.MapInner(app);
            },
            logs: null
        );

    public static Task<AppHost> StartRecordingAsync() =>
        StartAsync(_ => { }, app => app.Run(RecordBodyAsync), logs: null);

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    private static async Task<AppHost> StartAsync(
        Action<IServiceCollection> configure,
        Action<WebApplication> map,
        ILoggerProvider? logs
    )
    {
        var recorder = new ArrivalRecorder();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => Configure(endpoint, HttpProtocols.Http1));
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => Configure(endpoint, HttpProtocols.Http2));
        });
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        configure(builder.Services);
        if (logs is not null)
        {
            builder.Logging.AddProvider(logs);
        }

        var app = builder.Build();
        app.Use(recorder.Record);
        map(app);
        await app.StartAsync();
        return new AppHost(app, recorder);

        void Configure(ListenOptions endpoint, HttpProtocols protocols)
        {
            endpoint.Protocols = protocols;
            endpoint.Use(recorder.Watch);
        }
    }

    private static async Task RecordBodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Arrival.Of(context).Body = body.ToArray();
    }
}
