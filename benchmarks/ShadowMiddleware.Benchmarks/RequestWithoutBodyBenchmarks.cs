using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Harness;

namespace ShadowMiddleware.Benchmarks;

/// <summary>What a GET costs: without the middleware, past it, and copied.</summary>
[MemoryDiagnoser]
public class RequestWithoutBodyBenchmarks
{
    private readonly EmptyApp _app = new();
    private HeldRequest _request = null!;
    private MeasuredPipeline _bare = null!;
    private MeasuredPipeline _notSelected = null!;
    private MeasuredPipeline _selected = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _request = await HeldRequest.StartAsync(RequestText.Get);
        _bare = MeasuredPipeline.WithoutMirroring(_app);
        _notSelected = MeasuredPipeline.Mirrored(_app, percent: 0, _request.MemoryPools);
        _selected = MeasuredPipeline.Mirrored(_app, percent: 100, _request.MemoryPools);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NotInPipeline() => _bare.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NotSelected() => _notSelected.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task Selected() => _selected.RunBatchAsync(_request);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _bare.VerifyAndDisposeAsync();
        await _notSelected.VerifyAndDisposeAsync();
        await _selected.VerifyAndDisposeAsync();
        await _request.DisposeAsync();
    }
}
