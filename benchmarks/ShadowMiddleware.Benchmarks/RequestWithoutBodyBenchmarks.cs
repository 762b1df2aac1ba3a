using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Benchmarks.Reporting;

namespace ShadowMiddleware.Benchmarks;

/// <summary>What a GET costs: without the middleware, past it, and copied.</summary>
[MemoryDiagnoser]
[AddedCost]
public class RequestWithoutBodyBenchmarks
{
    private readonly EmptyApp _app = new();
    private HeldRequest _request = null!;
    private MeasuredPipeline _bare = null!;
    private MeasuredPipeline _disabled = null!;
    private MeasuredPipeline _notSampled = null!;
    private MeasuredPipeline _selected = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _request = await HeldRequest.StartAsync(RequestText.Get);
        var pools = _request.MemoryPools;
        _bare = MeasuredPipeline.WithoutMirroring(_app);
        _disabled = MeasuredPipeline.Skipped(
            _app,
            pools,
            "disabled",
            options =>
            {
                options.Enabled = false;
                options.MirrorTo("http://shadow.invalid");
            }
        );
        _notSampled = MeasuredPipeline.Skipped(
            _app,
            pools,
            "not_sampled",
            options => options.MirrorTo("http://shadow.invalid", percent: 0)
        );
        _selected = MeasuredPipeline.Selected(_app, pools);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NotInPipeline() => _bare.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task Disabled() => _disabled.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NotSampled() => _notSampled.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task Selected() => _selected.RunBatchAsync(_request);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _bare.VerifyAndDisposeAsync();
        await _disabled.VerifyAndDisposeAsync();
        await _notSampled.VerifyAndDisposeAsync();
        await _selected.VerifyAndDisposeAsync();
        await _request.DisposeAsync();
    }
}
