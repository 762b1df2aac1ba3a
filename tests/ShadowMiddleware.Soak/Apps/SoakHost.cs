using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Soak.Watching;

namespace ShadowMiddleware.Soak.Apps;

/// <summary>The app on Kestrel, with an endpoint for HTTP/1.1 and one for HTTP/2: mirrored, or its twin that is not.</summary>
internal sealed class SoakHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Uri _http1Address;
    private int _requests;

    private SoakHost(WebApplication app)
    {
        _app = app;

        // In the order of the configuration below.
        _http1Address = new Uri(app.Urls.First());
        Http2Address = new Uri(app.Urls.Last());
    }

    public int Http1Port => _http1Address.Port;

    public Uri Http2Address { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>The requests that have come out of the server, counted in front of the mirror.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The paths of the endpoints that take a POST and nothing else.</summary>
    public IEnumerable<string> Doors =>
        ((IEndpointRouteBuilder)_app)
            .DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is ["POST"])
            .Select(endpoint => $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}")
            .Order(StringComparer.Ordinal);

    /// <param name="logs">Given to both: with nobody who logs, the server makes no trace, which would show in answers.</param>
    /// <param name="leftovers">Watches the requests; <see langword="null"/> for the twin.</param>
    /// <param name="mirroring">Adds the mirror; <see langword="null"/> for the twin.</param>
    public static async Task<SoakHost> StartAsync(
        ILoggerProvider logs,
        Leftovers? leftovers,
        Action<WebApplicationBuilder>? mirroring
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        BodyReaders.AddServices(builder.Services);
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Information);
        mirroring?.Invoke(builder);

        SoakHost? host = null;
        var app = builder.Build();
        app.Use(
            (context, next) =>
            {
                Interlocked.Increment(ref host!._requests);
                leftovers?.Watch(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
                return next(context);
            }
        );
        if (mirroring is not null)
        {
            app.UseTrafficMirroring();
        }

        SoakApp.Map(app);
        host = new SoakHost(await StartedAsync(app));
        return host;
    }

    public Task StopAsync(CancellationToken token) => _app.StopAsync(token);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<WebApplication> StartedAsync(WebApplication app)
    {
        await app.StartAsync();
        return app;
    }
}
