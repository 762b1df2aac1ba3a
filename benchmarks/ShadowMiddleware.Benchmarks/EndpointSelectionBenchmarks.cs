using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Benchmarks.Reporting;

namespace ShadowMiddleware.Benchmarks;

/// <summary>
/// What it costs to choose a GET by its endpoint. A class of its own: once there is metadata in a process, every request is looked at
/// for it, and what is measured after that is no longer an app that has none.
/// </summary>
[MemoryDiagnoser]
[AddedCost]
public class EndpointSelectionBenchmarks
{
    private const string Chosen = "chosen";
    private const string LeftOut = "left-out";
    private const string NotNamed = "not-named";

    private readonly EmptyApp _app = new();
    private HeldRequest _request = null!;
    private MeasuredPipeline _bare = null!;
    private MeasuredPipeline _notSampled = null!;
    private MeasuredPipeline _leftOut = null!;
    private MeasuredPipeline _selected = null!;
    private MeasuredPipeline _chosen = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _request = await HeldRequest.StartAsync(RequestText.GetWithKeys);

        // One endpoint for all rows: it says something else about the shadow of each.
        _request.Context.SetEndpoint(
            new Endpoint(
                requestDelegate: null,
                new EndpointMetadataCollection(
                    new TrafficMirroringAttribute(Chosen, percent: 100),
                    new TrafficMirroringAttribute(LeftOut, percent: 0)
                ),
                displayName: null
            )
        );

        _bare = MeasuredPipeline.WithoutMirroring(_app);
        _notSampled = Skipped("not_sampled", NotNamed, percent: 0);
        _leftOut = Skipped("endpoint", LeftOut, percent: 100);
        _selected = Selected(NotNamed, percent: 100);
        _chosen = Selected(Chosen, percent: 0);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NotInPipeline() => _bare.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NotSampled() => _notSampled.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task LeftOutByEndpoint() => _leftOut.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task Selected() => _selected.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task ChosenByEndpoint() => _chosen.RunBatchAsync(_request);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _bare.VerifyAndDisposeAsync();
        await _notSampled.VerifyAndDisposeAsync();
        await _leftOut.VerifyAndDisposeAsync();
        await _selected.VerifyAndDisposeAsync();
        await _chosen.VerifyAndDisposeAsync();
        await _request.DisposeAsync();
    }

    private MeasuredPipeline Skipped(string reason, string shadow, double percent) =>
        MeasuredPipeline.Skipped(
            _app,
            _request.MemoryPools,
            reason,
            options => options.Shadows[shadow] = Shadow(percent)
        );

    private MeasuredPipeline Selected(string shadow, double percent) =>
        MeasuredPipeline.Selected(_app, _request.MemoryPools, options => options.Shadows[shadow] = Shadow(percent));

    private static ShadowOptions Shadow(double percent) =>
        new() { Address = "http://shadow.invalid", Percent = percent };
}
