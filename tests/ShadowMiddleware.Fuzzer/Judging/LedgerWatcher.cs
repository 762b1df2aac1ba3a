namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>Law 2: looks at the ledger all the time.</summary>
internal sealed class LedgerWatcher : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    private readonly ITrafficMirroringLedger _ledger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private volatile string? _fault;

    public LedgerWatcher(ITrafficMirroringLedger ledger)
    {
        _ledger = ledger;
        _watching = WatchAsync();
    }

    /// <summary>The first snapshot that did not add up.</summary>
    public string? Fault => _fault;

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
                foreach (var (name, shadow) in _ledger.GetSnapshot().Shadows)
                {
                    if (FaultIn(shadow, last.GetValueOrDefault(name)) is { } fault)
                    {
                        _fault ??= $"{name}: {fault}: {LedgerText.Describe(shadow)}";
                    }

                    last[name] = shadow;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the run.
        }
    }

    private static string? FaultIn(ShadowLedger now, ShadowLedger? before)
    {
        if (now.Seen != LedgerText.Sum(now.Skipped) + LedgerText.Sum(now.Dropped) + now.Mirrored + now.Pending)
        {
            return "seen is not skipped + dropped + mirrored + pending";
        }

        if (now.Mirrored != LedgerText.Sum(now.Completed) + LedgerText.Sum(now.Failed) + now.InFlight)
        {
            return "mirrored is not completed + failed + inFlight";
        }

        if (now.Pending < 0 || now.InFlight < 0)
        {
            return "a count is negative";
        }

        return before is not null && (now.Seen < before.Seen || now.Mirrored < before.Mirrored)
            ? "a total went back"
            : null;
    }
}
