using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>An app as templates make it, on Kestrel, which takes HTTP/1.1 at one port and HTTP/2 at another.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SocketsHttpHandler _handler = new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        // A client without a trace of its own: what the app traces is the app's.
        ActivityHeadersPropagator = null,
    };

    private RunningApp(WebApplication app, RecordingLogs logs, IReadOnlyCollection<WireRequest> arrivals)
    {
        _app = app;
        Arrivals = arrivals;
        Logs = logs;
        Client = new HttpMessageInvoker(_handler);
        var urls = app.Urls.Select(url => new Uri(url)).ToArray();
        Http1 = urls[0];
        Http2 = urls[1];
    }

    /// <summary>The address that takes HTTP/1.1.</summary>
    public Uri Http1 { get; }

    /// <summary>The address that takes HTTP/2 without TLS.</summary>
    public Uri Http2 { get; }

    /// <summary>A client that adds nothing to what it is given.</summary>
    public HttpMessageInvoker Client { get; }

    public RecordingLogs Logs { get; }

    /// <summary>The requests that came in, without their bodies: what a client of somebody else's really sent.</summary>
    public IReadOnlyCollection<WireRequest> Arrivals { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<RunningApp> StartAsync(
        Action<WebApplicationBuilder> configure,
        Action<WebApplication> use,
        CancellationToken token
    )
    {
        var logs = new RecordingLogs();
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                EnvironmentName = Environments.Production,
                // Beside this assembly lie the settings of the samples that it refers to.
                ContentRootPath = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "content")).FullName,
                // No watcher of files for each app.
                Args = ["--hostBuilder:reloadConfigOnChange=false"],
            }
        );
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        configure(builder);

        var app = builder.Build();
        var arrivals = new ConcurrentQueue<WireRequest>();
        try
        {
            app.Use(
                (context, next) =>
                {
                    arrivals.Enqueue(WireRequest.Of(context));
                    return next(context);
                }
            );
            use(app);
            await app.StartAsync(token);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new RunningApp(app, logs, arrivals);
    }

    public Task<RawConnection> ConnectAsync(CancellationToken token) => RawConnection.OpenAsync(Http1.Port, token);

    /// <summary>Sends one request: raw, on a connection of its own over HTTP/1.1; by a client that adds nothing over HTTP/2.</summary>
    public async Task<WireAnswer> AskAsync(Wire wire, WireRequest request, CancellationToken token)
    {
        if (wire == Wire.Http1)
        {
            using var connection = await ConnectAsync(token);
            return WireAnswer.Of(await connection.ExchangeAsync(request.ToHttp1(), token));
        }

        using var message = request.ToHttp2(Http2);
        using var response = await Client.SendAsync(message, token);
        return await WireAnswer.OfAsync(response, token);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _handler.Dispose();

        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
