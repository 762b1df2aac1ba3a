using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>An app on a real server, with or without a shadow, and the client that calls it.</summary>
internal sealed class LoopbackRun
{
    /// <summary>Far fewer than fit the queue: the next batch waits until the shadow has them all.</summary>
    public const int BatchSize = 64;

    private readonly WebApplication _app;
    private readonly AnsweringApp _answering;
    private readonly LoopbackShadow? _shadow;
    private readonly NaiveMirroring? _naive;
    private readonly LoopbackClient _client;
    private readonly Func<long>? _received;
    private long _requests;

    private LoopbackRun(
        WebApplication app,
        AnsweringApp answering,
        LoopbackClient client,
        Func<long>? received,
        LoopbackShadow? shadow,
        NaiveMirroring? naive
    )
    {
        _app = app;
        _answering = answering;
        _shadow = shadow;
        _naive = naive;
        _client = client;
        _received = received;
    }

    /// <summary>Without the middleware.</summary>
    public static Task<LoopbackRun> AppAloneAsync(MeasuredRequest request) =>
        StartAsync(request, LoopbackServer.Build(services: null), received: null);

    /// <summary>Mirrored, but for the HTTP request to the shadow: the path of the request.</summary>
    public static Task<LoopbackRun> SendReplacedAsync(MeasuredRequest request)
    {
        var shadow = new CountingShadow();
        var app = LoopbackServer.Build(services =>
        {
            services.AddSingleton<IShadowSenderFactory>(shadow);
            AddMirroring(services, "http://shadow.invalid");
        });
        app.UseTrafficMirroring();
        return StartAsync(request, app, () => shadow.Received);
    }

    /// <summary>Mirrored to a real server in this process.</summary>
    public static async Task<LoopbackRun> SentAsync(MeasuredRequest request)
    {
        var shadow = await LoopbackShadow.StartAsync(request);
        var app = LoopbackServer.Build(services => AddMirroring(services, shadow.Address));
        app.UseTrafficMirroring();
        return await StartAsync(request, app, () => shadow.Received, shadow);
    }

    /// <summary>Sent to the same server by the middleware that is written first.</summary>
    public static async Task<LoopbackRun> SentNaivelyAsync(MeasuredRequest request)
    {
        var shadow = await LoopbackShadow.StartAsync(request);
        var naive = new NaiveMirroring(shadow.Address);
        var app = LoopbackServer.Build(services: null);
        naive.Use(app);
        return await StartAsync(request, app, () => shadow.Received, shadow, naive);
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

    /// <summary>Throws when a request was not answered, or not mirrored once.</summary>
    public async Task VerifyAndDisposeAsync()
    {
        _client.Dispose();
        await using var shadow = _shadow;
        using var naive = _naive;
        await using var app = _app;

        // Stopping drains.
        await app.StopAsync();
        if (app.Services.GetService<ITrafficMirroringLedger>() is { } ledger)
        {
            LedgerCheck.AllCompleted(ledger, shadows: 1, _requests);
        }

        var received = _received?.Invoke() ?? _requests;
        if (_answering.Answered != _requests || received != _requests)
        {
            throw new InvalidOperationException(
                $"Of {_requests} requests {_answering.Answered} were answered and {received} copied."
            );
        }
    }

    private static void AddMirroring(IServiceCollection services, string address)
    {
        services.AddSingleton<IProcessorLoad, IdleProcessors>();
        services.AddTrafficMirroring(options => options.MirrorTo(address));
    }

    private static async Task<LoopbackRun> StartAsync(
        MeasuredRequest request,
        WebApplication app,
        Func<long>? received,
        LoopbackShadow? shadow = null,
        NaiveMirroring? naive = null
    )
    {
        var answering = new AnsweringApp(request.CreateApp());
        app.Run(answering.InvokeAsync);
        await app.StartAsync();
        var client = new LoopbackClient(LoopbackServer.Connect(app), request.CreateBytes());
        client.Learn(AnsweringApp.Ending);
        return new LoopbackRun(app, answering, client, received, shadow, naive) { _requests = 1 };
    }
}
