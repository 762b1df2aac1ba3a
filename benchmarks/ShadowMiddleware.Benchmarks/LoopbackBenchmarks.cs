using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Benchmarks.Reporting;

namespace ShadowMiddleware.Benchmarks;

/// <summary>
/// What a request costs on a real Kestrel, one at a time over one connection of the loopback interface. The client allocates nothing.
/// All servers run in this process: with <see cref="SentToShadow"/> and <see cref="SentNaively"/> the shadow's own work is in the
/// figures, too.
/// </summary>
[MemoryDiagnoser]
[AddedCost]
public class LoopbackBenchmarks
{
    private LoopbackRun _alone = null!;
    private LoopbackRun _sendReplaced = null!;
    private LoopbackRun _sent = null!;
    private LoopbackRun _sentNaively = null!;

    [Params(MeasuredRequest.Get, MeasuredRequest.Post1KByBodyReader, MeasuredRequest.Post64KByBodyReader)]
    public MeasuredRequest Request { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _alone = await LoopbackRun.AppAloneAsync(Request);
        _sendReplaced = await LoopbackRun.SendReplacedAsync(Request);
        _sent = await LoopbackRun.SentAsync(Request);
        _sentNaively = await LoopbackRun.SentNaivelyAsync(Request);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = LoopbackRun.BatchSize)]
    public void AppAlone() => _alone.RunBatch();

    [Benchmark(OperationsPerInvoke = LoopbackRun.BatchSize)]
    public void SendReplaced() => _sendReplaced.RunBatch();

    [Benchmark(OperationsPerInvoke = LoopbackRun.BatchSize)]
    public void SentToShadow() => _sent.RunBatch();

    [Benchmark(OperationsPerInvoke = LoopbackRun.BatchSize)]
    public void SentNaively() => _sentNaively.RunBatch();

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _alone.VerifyAndDisposeAsync();
        await _sendReplaced.VerifyAndDisposeAsync();
        await _sent.VerifyAndDisposeAsync();
        await _sentNaively.VerifyAndDisposeAsync();
    }
}
