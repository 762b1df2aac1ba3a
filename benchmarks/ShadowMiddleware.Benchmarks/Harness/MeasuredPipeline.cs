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
    /// Fewer than fit a queue of the default length: however late the workers are, nothing is dropped, because the next batch waits for
    /// them. Bodies that would not fit the budget all at once are waited for in parts of a batch.
    /// </summary>
    public const int BatchSize = 128;

    private const long MaxBytesHeld = 32 * 1024 * 1024;

    private readonly RequestDelegate _pipeline;
    private ServiceProvider? _services;
    private Func<long>? _received;
    private string? _skipReason;
    private int _shadows;
    private int _window = BatchSize;
    private long _requests;

    private MeasuredPipeline(RequestDelegate pipeline) => _pipeline = pipeline;

    public static MeasuredPipeline WithoutMirroring(IMeasuredApp app) => new(app.InvokeAsync);

    public static MeasuredPipeline BodyReplaced(IMeasuredApp app) =>
        new(async context =>
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
        });

    /// <summary>In the pipeline, and every request skipped for <paramref name="reason"/>.</summary>
    public static MeasuredPipeline Skipped(
        IMeasuredApp app,
        IMemoryPoolFactory<byte> memoryPools,
        string reason,
        Action<TrafficMirroringOptions> configure
    )
    {
        var pipeline = Mirrored(app, memoryPools, new CountingShadow(), configure);
        pipeline._skipReason = reason;
        return pipeline;
    }

    /// <summary>In the pipeline, and every request copied for each shadow.</summary>
    public static MeasuredPipeline Selected(
        IMeasuredApp app,
        IMemoryPoolFactory<byte> memoryPools,
        int bodyBytes = 0,
        int shadows = 1
    ) =>
        Selected(
            app,
            memoryPools,
            options =>
            {
                for (var i = 1; i <= shadows; i++)
                {
                    options.Shadows[$"v{i}"] = new ShadowOptions { Address = "http://shadow.invalid" };
                }
            },
            bodyBytes,
            shadows
        );

    /// <summary>In the pipeline, and every request copied for each of the shadows that <paramref name="configure"/> adds.</summary>
    public static MeasuredPipeline Selected(
        IMeasuredApp app,
        IMemoryPoolFactory<byte> memoryPools,
        Action<TrafficMirroringOptions> configure,
        int bodyBytes = 0,
        int shadows = 1
    )
    {
        var shadow = new CountingShadow();
        var pipeline = Mirrored(app, memoryPools, shadow, configure);
        pipeline._received = () => shadow.Received;
        pipeline._shadows = shadows;
        pipeline._window = (int)Math.Clamp(MaxBytesHeld / Math.Max(bodyBytes, 1), 1, BatchSize);
        return pipeline;
    }

    public async Task RunBatchAsync(IRepeatedRequest request)
    {
        for (var sent = 0; sent < BatchSize; )
        {
            var end = Math.Min(sent + _window, BatchSize);
            for (; sent < end; sent++)
            {
                request.Rewind();
                await _pipeline(request.Context);
                _requests++;
            }

            if (_received is not null)
            {
                Arrivals.Await(_received, _requests * _shadows);
            }
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
        if (_skipReason is not null)
        {
            LedgerCheck.AllSkipped(ledger, _skipReason, _requests);
        }
        else
        {
            LedgerCheck.AllCompleted(ledger, _shadows, _requests);
        }

        var held = services.GetRequiredService<ByteBudget>().Used;
        if (held != 0)
        {
            throw new InvalidOperationException($"{held} bytes of captured bodies were not given back.");
        }
    }

    private static MeasuredPipeline Mirrored(
        IMeasuredApp app,
        IMemoryPoolFactory<byte> memoryPools,
        CountingShadow shadow,
        Action<TrafficMirroringOptions> configure
    )
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(memoryPools);
        services.AddSingleton<IShadowSenderFactory>(shadow);
        services.AddSingleton<IProcessorLoad, IdleProcessors>();
        services.AddTrafficMirroring(configure);
        var provider = services.BuildServiceProvider();

        var builder = new ApplicationBuilder(provider);
        builder.UseTrafficMirroring();
        builder.Run(app.InvokeAsync);
        return new MeasuredPipeline(builder.Build()) { _services = provider };
    }
}
