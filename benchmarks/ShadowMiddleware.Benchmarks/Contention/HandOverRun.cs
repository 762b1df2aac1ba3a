using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Benchmarks.Contention;

/// <summary>Producers that hand copies over to one dispatcher, as fast as they can, while its workers empty the queue.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "VerifyAndDisposeAsync disposes them, and may throw."
)]
internal sealed class HandOverRun
{
    /// <summary>All producers together. They all fit the queue: the next batch waits until it is empty.</summary>
    public const int BatchSize = 8192;

    private readonly CountingShadow _shadow = new();
    private readonly ServiceProvider _services;
    private readonly ShadowDispatcher _dispatcher;
    private readonly ThreadTeam _producers;
    private readonly bool _handsOver;
    private readonly Func<long> _received;
    private long _requests;
    private long _references;

    private HandOverRun(int producers, bool handsOver)
    {
        _handsOver = handsOver;
        _received = () => _shadow.Received;
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IShadowSenderFactory>(_shadow)
            .AddTrafficMirroring(options =>
                options.Shadows["v2"] = new ShadowOptions
                {
                    Address = "http://shadow.invalid",
                    QueueCapacity = BatchSize,
                }
            )
            .Services.BuildServiceProvider();
        _dispatcher = _services.GetRequiredService<ShadowDirectory>().Current.All.Single().Dispatcher;

        var perProducer = BatchSize / producers;
        var parts = Enumerable.Range(0, producers).Select(_ => Part(CreateRequests(perProducer)));
        _producers = new ThreadTeam([.. parts]);
    }

    /// <summary>Producers that look at each request and keep it.</summary>
    public static HandOverRun Nothing(int producers) => new(producers, handsOver: false);

    public static HandOverRun By(int producers) => new(producers, handsOver: true);

    public void RunBatch()
    {
        for (var i = 0; i < BatchSize; i++)
        {
            _dispatcher.Account.Accept();
        }

        _producers.RunBatch();
        _requests += BatchSize;
        if (_handsOver)
        {
            Arrivals.Await(_received, _requests);
        }
    }

    /// <summary>Throws when a copy did not arrive.</summary>
    public async Task VerifyAndDisposeAsync()
    {
        _producers.Dispose();
        await using var services = _services;
        await services.GetRequiredService<ShadowDirectory>().DrainAsync(CancellationToken.None);
        if (_handsOver)
        {
            LedgerCheck.AllCompleted(services.GetRequiredService<ITrafficMirroringLedger>(), shadows: 1, _requests);
        }
        else if (Interlocked.Read(ref _references) != _requests || _shadow.Received != 0)
        {
            throw new InvalidOperationException($"Of {_requests} requests {_references} were looked at.");
        }
    }

    // Each request once per batch, and held by the producer: no two copies share a count of references.
    private static CapturedRequest[] CreateRequests(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => new CapturedRequest
                {
                    Method = "GET",
                    Target = "/orders/42",
                    Headers = [],
                    Trace = default,
                }),
        ];

    private Action<ThreadTeam> Part(CapturedRequest[] requests) =>
        _handsOver
            ? _ =>
            {
                foreach (var request in requests)
                {
                    _dispatcher.HandOver(request);
                }
            }
            : _ =>
            {
                var references = 0;
                foreach (var request in requests)
                {
                    references += request.BodyLength == 0 ? 1 : 0;
                }

                Interlocked.Add(ref _references, references);
            };
}
