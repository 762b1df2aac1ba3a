using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Tests.Dispatch;

/// <summary>A sender whose sends last until the test lets them go, and that keeps the books as the real one does.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A semaphore without a wait handle holds nothing, and sends may outlive the test."
)]
internal sealed class GatedSender(ShadowAccount account, bool open = false) : IShadowSender
{
    private readonly SemaphoreSlim _gate = new(open ? int.MaxValue / 2 : 0);
    private readonly ConcurrentQueue<CapturedRequest> _sent = new();
    private int _concurrent;
    private int _highest;
    private int _started;

    /// <summary>Whether a send goes on when it is told to end.</summary>
    public bool IgnoresCancellation { get; init; }

    public int Started => Volatile.Read(ref _started);

    public int Concurrent => Volatile.Read(ref _concurrent);

    public int Highest => Volatile.Read(ref _highest);

    public CapturedRequest[] Sent => [.. _sent];

    public List<ShadowConfiguration> Updates { get; } = [];

    public ShadowConfiguration? LastConfiguration { get; private set; }

    public string? LastTagHeader { get; private set; }

    public void Update(ShadowConfiguration configuration) => Updates.Add(configuration);

    public async ValueTask SendAsync(
        CapturedRequest captured,
        ShadowConfiguration configuration,
        string tagHeader,
        CancellationToken stopping
    )
    {
        LastConfiguration = configuration;
        LastTagHeader = tagHeader;
        account.Mirror();
        Raise(Interlocked.Increment(ref _concurrent));
        _sent.Enqueue(captured);
        Interlocked.Increment(ref _started);
        try
        {
            await _gate.WaitAsync(IgnoresCancellation ? CancellationToken.None : stopping);
            Interlocked.Decrement(ref _concurrent);
            account.Complete(200);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Decrement(ref _concurrent);
            account.Fail(FailReason.Shutdown);
        }
    }

    /// <summary>Lets so many sends end.</summary>
    public void Let(int sends = 1) => _gate.Release(sends);

    /// <summary>Lets all sends end, those to come included.</summary>
    public void LetAll() => _gate.Release(int.MaxValue / 2);

    private void Raise(int concurrent)
    {
        var seen = Volatile.Read(ref _highest);
        while (seen < concurrent)
        {
            seen = Interlocked.CompareExchange(ref _highest, concurrent, seen);
        }
    }
}
