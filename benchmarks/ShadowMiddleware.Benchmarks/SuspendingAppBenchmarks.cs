using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Benchmarks.Reporting;

namespace ShadowMiddleware.Benchmarks;

/// <summary>
/// What a GET costs when the app has to wait for something, as most do: then the middleware waits too, and its asynchronous state
/// moves to the heap. The times are those of the thread pool; what counts here are the bytes.
/// </summary>
[MemoryDiagnoser]
[AddedCost]
public class SuspendingAppBenchmarks
{
    private readonly SuspendingApp _app = new();
    private HeldRequest _request = null!;
    private MeasuredPipeline _bare = null!;
    private MeasuredPipeline _selected = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _request = await HeldRequest.StartAsync(RequestText.Get);
        _bare = MeasuredPipeline.WithoutMirroring(_app);
        _selected = MeasuredPipeline.Selected(_app, _request.MemoryPools);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NotInPipeline() => _bare.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task Selected() => _selected.RunBatchAsync(_request);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _bare.VerifyAndDisposeAsync();
        await _selected.VerifyAndDisposeAsync();
        await _request.DisposeAsync();
    }
}
