using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Benchmarks.Reporting;

namespace ShadowMiddleware.Benchmarks;

/// <summary>What a POST of 1 KB costs with more than one shadow: it is captured once, and handed over once for each.</summary>
[MemoryDiagnoser]
[AddedCost]
public class SeveralShadowsBenchmarks
{
    private const MeasuredRequest Request = MeasuredRequest.Post1KByBodyReader;
    private HeldRequest _held = null!;
    private ReplayedRequest _request = null!;
    private MeasuredPipeline _bare = null!;
    private MeasuredPipeline _one = null!;
    private MeasuredPipeline _two = null!;
    private MeasuredPipeline _five = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _held = await HeldRequest.StartAsync(Request.HeadText());
        _request = new ReplayedRequest(_held, Request.CreateBody());
        var app = Request.CreateApp();
        _bare = MeasuredPipeline.WithoutMirroring(app);
        _one = MeasuredPipeline.Selected(app, _held.MemoryPools, Request.BodyBytes(), shadows: 1);
        _two = MeasuredPipeline.Selected(app, _held.MemoryPools, Request.BodyBytes(), shadows: 2);
        _five = MeasuredPipeline.Selected(app, _held.MemoryPools, Request.BodyBytes(), shadows: 5);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NotInPipeline() => _bare.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task OneShadow() => _one.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task TwoShadows() => _two.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task FiveShadows() => _five.RunBatchAsync(_request);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _bare.VerifyAndDisposeAsync();
        await _one.VerifyAndDisposeAsync();
        await _two.VerifyAndDisposeAsync();
        await _five.VerifyAndDisposeAsync();
        await _held.DisposeAsync();
    }
}
