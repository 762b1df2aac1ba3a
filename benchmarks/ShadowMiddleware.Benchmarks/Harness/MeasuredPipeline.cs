using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>
/// A pipeline through which a request goes in batches.
/// </summary>
/// <remarks>
/// What the figures hold: choosing, capturing, handing over and starting the workers, on the request's thread; and taking the copy out of
/// the queue and giving its buffers back, on threads of the pool. The bytes are those of all threads together. Of the time of the workers
/// only what the request's thread has to wait for at the end of a batch is in, divided by the batch, and what the two cost each other
/// by sharing a queue and a pool. What the figures do not hold: making and sending the HTTP request, which <see cref="CountingShadow"/>
/// takes the place of. Rewinding the request is in all figures alike, those of the baseline included.
/// </remarks>
internal sealed class MeasuredPipeline
{
    /// <summary>
    /// Fewer than fit a queue of the default length, and with 64 KB each well within the default budget: however late the workers are, nothing is
    /// dropped, because the next batch waits for them.
    /// </summary>
    public const int BatchSize = 128;

    private readonly RequestDelegate _pipeline;
    private readonly ServiceProvider? _services;
    private readonly Func<long> _received;
    private readonly bool _selects;
    private long _requests;

    private MeasuredPipeline(RequestDelegate pipeline, ServiceProvider? services, CountingShadow shadow, bool selects)
    {
        _pipeline = pipeline;
        _services = services;
        _received = () => shadow.Received;
        _selects = selects;
    }

    public static MeasuredPipeline WithoutMirroring(IMeasuredApp app) =>
        new(app.InvokeAsync, services: null, new CountingShadow(), selects: false);

    public static MeasuredPipeline BodyReplaced(IMeasuredApp app) =>
        new(
            async context =>
            {
                var original = context.Request.Body;
                context.Request.Body = new ForwardingStream(original);
                try
                {
                    await app.InvokeAsync(context);
                }
                finally
                {
                    context.Request.Body = original;
                }
            },
            services: null,
            new CountingShadow(),
            selects: false
        );

    public static MeasuredPipeline Mirrored(IMeasuredApp app, double percent, IMemoryPoolFactory<byte> memoryPools)
    {
        var shadow = new CountingShadow();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(memoryPools);
        services.AddSingleton<IShadowSenderFactory>(shadow);
        services.AddTrafficMirroring(options => options.MirrorTo("http://shadow.invalid", percent));
        var provider = services.BuildServiceProvider();

        var builder = new ApplicationBuilder(provider);
        builder.UseTrafficMirroring();
        builder.Run(app.InvokeAsync);
        return new MeasuredPipeline(builder.Build(), provider, shadow, selects: percent > 0);
    }

    public async Task RunBatchAsync(IRepeatedRequest request)
    {
        for (var i = 0; i < BatchSize; i++)
        {
            request.Rewind();
            await _pipeline(request.Context);
        }

        _requests += BatchSize;
        if (_selects)
        {
            Arrivals.Await(_received, _requests);
        }
    }

    /// <summary>Throws when a request was not treated as the benchmark says, or when a buffer was not given back.</summary>
    public async Task VerifyAndDisposeAsync()
    {
        if (_services is null)
        {
            return;
        }

        await using var services = _services;
        await services.GetRequiredService<ShadowDirectory>().DrainAsync(CancellationToken.None);
        var ledger = services.GetRequiredService<ITrafficMirroringLedger>();
        if (_selects)
        {
            LedgerCheck.AllCompleted(ledger, _requests);
        }
        else
        {
            LedgerCheck.NoneSelected(ledger, _requests);
        }

        var held = services.GetRequiredService<ByteBudget>().Used;
        if (held != 0)
        {
            throw new InvalidOperationException($"{held} bytes of captured bodies were not given back.");
        }
    }
}
