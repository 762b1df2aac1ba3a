using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Harness;

namespace ShadowMiddleware.Benchmarks;

/// <summary>
/// What a POST costs whose body the app reads: without the middleware, with a stream that stands in for the body and does nothing
/// else, and copied. The step from the second to the third is what mirroring adds to what replacing the body costs anyone.
/// </summary>
[MemoryDiagnoser]
public class RequestWithBodyBenchmarks
{
    private HeldRequest _held = null!;
    private ReplayedRequest _request = null!;
    private MeasuredPipeline _bare = null!;
    private MeasuredPipeline _bodyReplaced = null!;
    private MeasuredPipeline _selected = null!;

    [Params(1024, 65536)]
    public int BodyBytes { get; set; }

    [Params(BodyAccess.Body, BodyAccess.BodyReader)]
    public BodyAccess ReadBy { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _held = await HeldRequest.StartAsync(RequestText.Post(BodyBytes));
        _request = new ReplayedRequest(_held, BodyBytes);
        var app = new ReadingApp(ReadBy, BodyBytes);
        _bare = MeasuredPipeline.WithoutMirroring(app);
        _bodyReplaced = MeasuredPipeline.BodyReplaced(app);
        _selected = MeasuredPipeline.Mirrored(app, percent: 100, _held.MemoryPools);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NotInPipeline() => _bare.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task BodyReplaced() => _bodyReplaced.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task Selected() => _selected.RunBatchAsync(_request);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _bare.VerifyAndDisposeAsync();
        await _bodyReplaced.VerifyAndDisposeAsync();
        await _selected.VerifyAndDisposeAsync();
        await _held.DisposeAsync();
    }
}
