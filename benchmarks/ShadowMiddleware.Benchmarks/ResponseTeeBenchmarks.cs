using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Benchmarks.Reporting;

namespace ShadowMiddleware.Benchmarks;

/// <summary>
/// What a response of 4 KB costs the app that writes it: without the middleware, mirrored but not captured, as it is unless a shadow
/// compares, and captured. The second is a GET's whole path and should cost what a GET costs without a response.
/// </summary>
[MemoryDiagnoser]
[AddedCost]
public class ResponseTeeBenchmarks
{
    private const int ResponseBytes = 4096;
    private HeldRequest _held = null!;
    private RequestWithDiscardedResponse _request = null!;
    private MeasuredPipeline _bare = null!;
    private MeasuredPipeline _notInUse = null!;
    private TeedPipeline _inUse = null!;

    [Params(ResponseAccess.Body, ResponseAccess.BodyWriter)]
    public ResponseAccess WriteBy { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _held = await HeldRequest.StartAsync(RequestText.Get);
        _request = new RequestWithDiscardedResponse(_held);
        var app = new WritingApp(WriteBy, ResponseBytes);
        _bare = MeasuredPipeline.WithoutMirroring(app);
        _notInUse = MeasuredPipeline.Selected(app, _held.MemoryPools);
        _inUse = new TeedPipeline(app, ResponseBytes, _held.MemoryPools);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NotInPipeline() => _bare.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task MirroredNotInUse() => _notInUse.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task InUse() => _inUse.RunBatchAsync(_request);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _bare.VerifyAndDisposeAsync();
        await _notInUse.VerifyAndDisposeAsync();
        _inUse.VerifyAndDispose();
        await _held.DisposeAsync();
    }
}
