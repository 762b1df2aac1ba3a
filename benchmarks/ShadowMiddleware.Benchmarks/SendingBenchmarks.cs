using BenchmarkDotNet.Attributes;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Benchmarks.Reporting;
using ShadowMiddleware.Benchmarks.Sending;

namespace ShadowMiddleware.Benchmarks;

/// <summary>
/// What a copy costs once it has left the queue: made only, and sent by the shadow's own client inside its pipeline. All rows end in the
/// same handler, so that the network is in none of them.
/// </summary>
[MemoryDiagnoser]
[AddedCost]
public class SendingBenchmarks
{
    private HeldRequest _held = null!;
    private CapturedRequests _captured = null!;
    private BareSends _bare = null!;
    private SentCopies _built = null!;
    private SentCopies _sent = null!;

    [Params(MeasuredRequest.Get, MeasuredRequest.Post1KByBodyReader)]
    public MeasuredRequest Request { get; set; }

    [ParamsAllValues]
    public StubAnswer Answer { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _held = await HeldRequest.StartAsync(Request.HeadText());
        var body = Request.CreateBody();
        _captured = new CapturedRequests(_held, body);
        _bare = new BareSends(_captured.Template, body, Answer);
        _built = new SentCopies(_captured, body.Length, Answer);
        _sent = new SentCopies(_captured, body.Length, Answer);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = SentCopies.BatchSize)]
    public Task BareInvoker() => _bare.RunBatchAsync();

    [Benchmark(OperationsPerInvoke = SentCopies.BatchSize)]
    public void CopyMade() => _built.BuildBatch();

    [Benchmark(OperationsPerInvoke = SentCopies.BatchSize)]
    public Task CopySent() => _sent.SendBatchAsync();

    [GlobalCleanup]
    public async Task Cleanup()
    {
        _bare.VerifyAndDispose();
        await _built.VerifyAndDisposeAsync();
        await _sent.VerifyAndDisposeAsync();
        _captured.VerifyAndDispose();
        await _held.DisposeAsync();
    }
}
