using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>An app on a real server, with or without a shadow, and the client that calls it.</summary>
internal sealed class LoopbackRun
{
    /// <summary>Far fewer than fit the queue: the next batch waits until the shadow has them all.</summary>
    public const int BatchSize = 64;

    private const int BodyBytes = 1024;
    private readonly WebApplication _app;
    private readonly WebApplication? _shadow;
    private readonly LoopbackClient _client;
    private readonly Func<long>? _received;
    private long _requests;

    private LoopbackRun(WebApplication app, WebApplication? shadow, LoopbackClient client, Func<long>? received)
    {
        _app = app;
        _shadow = shadow;
        _client = client;
        _received = received;
    }

    /// <summary>Without the middleware.</summary>
    public static Task<LoopbackRun> AppAloneAsync(LoopbackRequest request) =>
        StartAsync(request, LoopbackServer.Build(services: null), shadow: null, received: null);

    /// <summary>Mirrored, but for the HTTP request to the shadow: the path of the request.</summary>
    public static Task<LoopbackRun> SendReplacedAsync(LoopbackRequest request)
    {
        var shadow = new CountingShadow();
        var app = LoopbackServer.Build(services =>
        {
            services.AddSingleton<IShadowSenderFactory>(shadow);
            services.AddTrafficMirroring(options => options.MirrorTo("http://shadow.invalid"));
        });
        app.UseTrafficMirroring();
        return StartAsync(request, app, shadow: null, () => shadow.Received);
    }

    /// <summary>Mirrored to a real server in this process.</summary>
    public static async Task<LoopbackRun> SentAsync(LoopbackRequest request)
    {
        var shadowApp = new AnsweringApp(Reading(request));
        var shadow = LoopbackServer.Build(services: null);
        shadow.Run(shadowApp.InvokeAsync);
        await shadow.StartAsync();

        var app = LoopbackServer.Build(services =>
            services.AddTrafficMirroring(options => options.MirrorTo(shadow.Urls.Single()))
        );
        app.UseTrafficMirroring();
        return await StartAsync(request, app, shadow, () => shadowApp.Answered);
    }

    public void RunBatch()
    {
        for (var i = 0; i < BatchSize; i++)
        {
            _client.Exchange();
        }

        _requests += BatchSize;
        if (_received is not null)
        {
            Arrivals.Await(_received, _requests);
        }
    }

    /// <summary>Throws when a request was not mirrored.</summary>
    public async Task VerifyAndDisposeAsync()
    {
        _client.Dispose();
        await using var shadow = _shadow;
        await using var app = _app;

        // Stopping drains.
        await app.StopAsync();
        if (app.Services.GetService<ITrafficMirroringLedger>() is { } ledger)
        {
            LedgerCheck.AllCompleted(ledger, _requests);
        }
    }

    private static async Task<LoopbackRun> StartAsync(
        LoopbackRequest request,
        WebApplication app,
        WebApplication? shadow,
        Func<long>? received
    )
    {
        app.Run(new AnsweringApp(Reading(request)).InvokeAsync);
        await app.StartAsync();
        var client = new LoopbackClient(LoopbackServer.Connect(app), Encoding.ASCII.GetBytes(Text(request)));
        client.Learn(AnsweringApp.Ending);
        return new LoopbackRun(app, shadow, client, received) { _requests = 1 };
    }

    private static IMeasuredApp Reading(LoopbackRequest request) =>
        request switch
        {
            LoopbackRequest.Get => new EmptyApp(),
            LoopbackRequest.Post1KByBody => new ReadingApp(BodyAccess.Body, BodyBytes),
            _ => new ReadingApp(BodyAccess.BodyReader, BodyBytes),
        };

    private static string Text(LoopbackRequest request) =>
        request == LoopbackRequest.Get ? RequestText.Get : RequestText.Post(BodyBytes) + new string('x', BodyBytes);
}
