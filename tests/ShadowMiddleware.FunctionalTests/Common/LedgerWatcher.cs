using System.Collections.Concurrent;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Looks at the ledger all the time while a test runs: law 2 holds in every snapshot, not only at the end.</summary>
internal sealed class LedgerWatcher : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    private readonly ITrafficMirroringLedger _ledger;
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    public LedgerWatcher(ITrafficMirroringLedger ledger)
    {
        _ledger = ledger;
        _watching = WatchAsync();
    }

    public void AssertSound() => Assert.Empty(_faults);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        var last = new Dictionary<string, ShadowLedger>(StringComparer.Ordinal);

        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                Look(last);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
        catch (Exception exception)
        {
            _faults.Enqueue(exception.ToString());
        }
    }

    private void Look(Dictionary<string, ShadowLedger> last)
    {
        foreach (var (name, shadow) in _ledger.GetSnapshot().Shadows)
        {
            if (LedgerAssert.FaultIn(shadow) is { } fault)
            {
                _faults.Enqueue($"{name}: {fault}: {LedgerAssert.Describe(shadow)}");
            }

            if (
                last.TryGetValue(name, out var before)
                && (shadow.Seen < before.Seen || shadow.Mirrored < before.Mirrored)
            )
            {
                _faults.Enqueue(
                    $"{name}: a total went back: {LedgerAssert.Describe(before)} -> {LedgerAssert.Describe(shadow)}"
                );
            }

            last[name] = shadow;
        }
    }
}
