using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Buffers;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Benchmarks.Reporting;

namespace ShadowMiddleware.Benchmarks;

/// <summary>
/// What it costs to keep a body from the thread that received it to the thread that sends it: filled by two producers, read and freed by
/// one consumer.
/// </summary>
[MemoryDiagnoser]
[AddedCost]
public class BodyBufferBenchmarks
{
    private HeldRequest _server = null!;
    private IQueueCrossing _nothing = null!;
    private IQueueCrossing _pooled = null!;
    private IQueueCrossing _newArrays = null!;
    private IQueueCrossing _sharedArrays = null!;

    [Params(1024, 65536)]
    public int BodyBytes { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _server = await HeldRequest.StartAsync(RequestText.Get);
        _nothing = QueueCrossing.Of(new NothingCarried(BodyBytes), BodyBytes);
        _pooled = QueueCrossing.Of(new PooledBlocks(_server.MemoryPools), BodyBytes);
        _newArrays = QueueCrossing.Of(new NewArrays(), BodyBytes);
        _sharedArrays = QueueCrossing.Of(new SharedArrays(), BodyBytes);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = QueueCrossing.BatchSize)]
    public void QueueAlone() => _nothing.RunBatch();

    [Benchmark(OperationsPerInvoke = QueueCrossing.BatchSize)]
    public void PooledBodyBuffer() => _pooled.RunBatch();

    [Benchmark(OperationsPerInvoke = QueueCrossing.BatchSize)]
    public void NewArray() => _newArrays.RunBatch();

    [Benchmark(OperationsPerInvoke = QueueCrossing.BatchSize)]
    public void SharedArrayPool() => _sharedArrays.RunBatch();

#if RECYCLABLE_MEMORY_STREAM
    private IQueueCrossing _recyclable = null!;

    [GlobalSetup(Target = nameof(RecyclableMemoryStream))]
    public async Task SetupRecyclable()
    {
        await Setup();
        _recyclable = QueueCrossing.Of(new RecyclableStreams(), BodyBytes);
    }

    [Benchmark(OperationsPerInvoke = QueueCrossing.BatchSize)]
    public void RecyclableMemoryStream() => _recyclable.RunBatch();

    [GlobalCleanup(Target = nameof(RecyclableMemoryStream))]
    public async Task CleanupRecyclable()
    {
        _recyclable.VerifyAndDispose();
        await Cleanup();
    }
#endif

    [GlobalCleanup]
    public async Task Cleanup()
    {
        _nothing.VerifyAndDispose();
        _pooled.VerifyAndDispose();
        _newArrays.VerifyAndDispose();
        _sharedArrays.VerifyAndDispose();
        await _server.DisposeAsync();
    }
}
