using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Harness;

namespace ShadowMiddleware.Benchmarks;

/// <summary>What a response of 4 KB costs the app that writes it: not captured, as it is unless a shadow compares, and captured.</summary>
[MemoryDiagnoser]
public class ResponseTeeBenchmarks
{
    private const int ResponseBytes = 4096;
    private HeldRequest _request = null!;
    private TeedPipeline _pipeline = null!;

    [Params(ResponseAccess.Body, ResponseAccess.BodyWriter)]
    public ResponseAccess WriteBy { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _request = await HeldRequest.StartAsync(RequestText.Get);
        _pipeline = new TeedPipeline(new WritingApp(WriteBy, ResponseBytes), ResponseBytes, _request.MemoryPools);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = TeedPipeline.BatchSize)]
    public Task NotInUse() => _pipeline.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = TeedPipeline.BatchSize)]
    public Task InUse() => _pipeline.RunBatchTeedAsync(_request);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        _pipeline.VerifyAndDispose();
        await _request.DisposeAsync();
    }
}
