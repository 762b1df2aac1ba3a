using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>A shadow on Kestrel: records each request whole, then lets a handler answer.</summary>
internal sealed class RecordingShadow : IAsyncDisposable
{
    private readonly Channel<RecordedRequest> _requests = Channel.CreateUnbounded<RecordedRequest>();
    private WebApplication? _app;

    public HttpProtocols Protocols { get; init; } = HttpProtocols.Http1;

    /// <summary>Serves https with this certificate, http without one.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether bodies are read before the handler answers.</summary>
    public bool ReadsBodies { get; init; } = true;

    public RequestDelegate Handler { get; init; } =
        context => context.Response.WriteAsync("shadow", context.RequestAborted);

    public string Address { get; private set; } = "";

    public int Received => _requests.Reader.Count;

    public async Task<RecordingShadow> StartAsync(CancellationToken token)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
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
        });

        _app = builder.Build();
        _app.Run(RecordAsync);
        await _app.StartAsync(token);
        Address = _app.Urls.Single();
        return this;
    }

    public ValueTask<RecordedRequest> NextAsync(CancellationToken token) => _requests.Reader.ReadAsync(token);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await _app.StopAsync(now.Token);
            await _app.DisposeAsync();
        }
    }

    private async Task RecordAsync(HttpContext context)
    {
        using var body = new MemoryStream();

        if (ReadsBodies)
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }

        var headers = new Dictionary<string, StringValues>(context.Request.Headers, StringComparer.OrdinalIgnoreCase);
        _requests.Writer.TryWrite(
            new(
                context.Request.Method,
                context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                context.Request.Protocol,
                context.Request.Scheme,
                context.Request.Host.Value ?? "",
                headers,
                body.ToArray(),
                context.Connection.Id
            )
        );

        await Handler(context);
    }
}
