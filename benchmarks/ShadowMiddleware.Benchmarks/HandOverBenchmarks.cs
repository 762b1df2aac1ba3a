using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Contention;
using ShadowMiddleware.Benchmarks.Reporting;

namespace ShadowMiddleware.Benchmarks;

/// <summary>
/// What it costs to hand a copy over to the dispatcher, by one thread and by two at once, each with nothing else to do. The workers take
/// the copies out meanwhile, on whatever processor is left, and the batch ends when they are done.
/// </summary>
[MemoryDiagnoser]
[AddedCost]
public class HandOverBenchmarks
{
    private HandOverRun _nothing = null!;
    private HandOverRun _one = null!;
    private HandOverRun _two = null!;

    [GlobalSetup]
    public void Setup()
    {
        _nothing = HandOverRun.Nothing(producers: 2);
        _one = HandOverRun.By(producers: 1);
        _two = HandOverRun.By(producers: 2);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = HandOverRun.BatchSize)]
    public void NotHandedOver() => _nothing.RunBatch();

    [Benchmark(OperationsPerInvoke = HandOverRun.BatchSize)]
    public void OneProducer() => _one.RunBatch();

    [Benchmark(OperationsPerInvoke = HandOverRun.BatchSize)]
    public void TwoProducers() => _two.RunBatch();

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _nothing.VerifyAndDisposeAsync();
        await _one.VerifyAndDisposeAsync();
        await _two.VerifyAndDisposeAsync();
    }
}
