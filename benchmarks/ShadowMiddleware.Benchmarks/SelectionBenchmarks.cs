using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Benchmarks.Reporting;

namespace ShadowMiddleware.Benchmarks;

/// <summary>
/// What it costs to choose a GET by rules, by a header field and by its trace. Whatever chooses, a request that is left out must cost no
/// bytes, and one that is copied no more than without it.
/// </summary>
[MemoryDiagnoser]
[AddedCost]
public class SelectionBenchmarks
{
    // A key draws the same for good, so that either share has the one outcome that its row is named for. What the draw costs does not
    // depend on the share.
    private const double HardlyAny = 0.1;
    private const double NearlyAll = 99.9;

    private readonly EmptyApp _app = new();
    private HeldRequest _request = null!;
    private MeasuredPipeline _bare = null!;
    private MeasuredPipeline _notSampled = null!;
    private MeasuredPipeline _selected = null!;
    private MeasuredPipeline _leftOutByRule = null!;
    private MeasuredPipeline _noneOfTenRules = null!;
    private MeasuredPipeline _leftOutByTenthRule = null!;
    private MeasuredPipeline _chosenByTenthRule = null!;
    private MeasuredPipeline _leftOutByHeader = null!;
    private MeasuredPipeline _chosenByHeader = null!;
    private MeasuredPipeline _leftOutByTrace = null!;
    private MeasuredPipeline _chosenByTrace = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _request = await HeldRequest.StartAsync(RequestText.GetWithKeys);
        _bare = MeasuredPipeline.WithoutMirroring(_app);
        _notSampled = Skipped("not_sampled", percent: 0, static _ => { });
        _selected = Selected(percent: 100, static _ => { });

        _leftOutByRule = Skipped(
            "rule",
            percent: 100,
            static shadow => shadow.Rules.Add(new MirroringRule { Paths = { "/orders/{id:int}" }, Percent = 0 })
        );
        _noneOfTenRules = Skipped("not_sampled", percent: 0, TenRules.AddOthers);
        _leftOutByTenthRule = Skipped("rule", percent: 100, static shadow => TenRules.AddMatching(shadow, percent: 0));
        _chosenByTenthRule = Selected(percent: 0, static shadow => TenRules.AddMatching(shadow, percent: 100));

        _leftOutByHeader = Skipped("not_sampled", HardlyAny, static shadow => shadow.SampleBy = "Header:X-User");
        _chosenByHeader = Selected(NearlyAll, static shadow => shadow.SampleBy = "Header:X-User");
        _leftOutByTrace = Skipped("not_sampled", HardlyAny, static shadow => shadow.SampleBy = "TraceId");
        _chosenByTrace = Selected(NearlyAll, static shadow => shadow.SampleBy = "TraceId");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NotInPipeline() => _bare.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NotSampled() => _notSampled.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task LeftOutByRule() => _leftOutByRule.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task NoneOfTenRules() => _noneOfTenRules.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task LeftOutByTenthRule() => _leftOutByTenthRule.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task LeftOutByHeader() => _leftOutByHeader.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task LeftOutByTrace() => _leftOutByTrace.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task Selected() => _selected.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task ChosenByTenthRule() => _chosenByTenthRule.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task ChosenByHeader() => _chosenByHeader.RunBatchAsync(_request);

    [Benchmark(OperationsPerInvoke = MeasuredPipeline.BatchSize)]
    public Task ChosenByTrace() => _chosenByTrace.RunBatchAsync(_request);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _bare.VerifyAndDisposeAsync();
        await _notSampled.VerifyAndDisposeAsync();
        await _selected.VerifyAndDisposeAsync();
        await _leftOutByRule.VerifyAndDisposeAsync();
        await _noneOfTenRules.VerifyAndDisposeAsync();
        await _leftOutByTenthRule.VerifyAndDisposeAsync();
        await _chosenByTenthRule.VerifyAndDisposeAsync();
        await _leftOutByHeader.VerifyAndDisposeAsync();
        await _chosenByHeader.VerifyAndDisposeAsync();
        await _leftOutByTrace.VerifyAndDisposeAsync();
        await _chosenByTrace.VerifyAndDisposeAsync();
        await _request.DisposeAsync();
    }

    private MeasuredPipeline Skipped(string reason, double percent, Action<ShadowOptions> configure) =>
        MeasuredPipeline.Skipped(
            _app,
            _request.MemoryPools,
            reason,
            options => configure(options.MirrorTo("http://shadow.invalid", percent))
        );

    private MeasuredPipeline Selected(double percent, Action<ShadowOptions> configure) =>
        MeasuredPipeline.Selected(
            _app,
            _request.MemoryPools,
            options => configure(options.MirrorTo("http://shadow.invalid", percent))
        );
}
