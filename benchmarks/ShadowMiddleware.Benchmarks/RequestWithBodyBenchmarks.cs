using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Benchmarks.Reporting;

namespace ShadowMiddleware.Benchmarks;

/// <summary>
/// What a POST costs whose body the app reads: without the middleware, with a stream that stands in for the body and does nothing
/// else, and copied. The step from the second to the third is what mirroring adds to what replacing the body costs anyone.
/// </summary>
[MemoryDiagnoser]
[AddedCost]
public class RequestWithBodyBenchmarks
{
    private HeldRequest _held = null!;
    private ReplayedRequest _request = null!;
    private MeasuredPipeline _bare = null!;
    private MeasuredPipeline _bodyReplaced = null!;
    private MeasuredPipeline _selected = null!;

    [Params(
        MeasuredRequest.Post500BAsJson,
        MeasuredRequest.Post1KAsJson,
        MeasuredRequest.Post1KByCopyTo,
        MeasuredRequest.Post1KByBodyReader,
        MeasuredRequest.Post4KAsJson,
        MeasuredRequest.Post64KAsJson,
        MeasuredRequest.Post64KByCopyTo,
        MeasuredRequest.Post64KByBodyReader,
        MeasuredRequest.Post1MAsJson,
        MeasuredRequest.Post1MByCopyTo
    )]
    public MeasuredRequest Request { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _held = await HeldRequest.StartAsync(Request.HeadText());
        _request = new ReplayedRequest(_held, Request.CreateBody());
        var app = Request.CreateApp();
        _bare = MeasuredPipeline.WithoutMirroring(app);
        _bodyReplaced = MeasuredPipeline.BodyReplaced(app);
        _selected = MeasuredPipeline.Selected(app, _held.MemoryPools, Request.BodyBytes());
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
