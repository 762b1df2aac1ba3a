namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>A benchmark whose copies were dropped has measured something else: it must fail rather than look fast.</summary>
internal static class LedgerCheck
{
    public static void AllCompleted(ITrafficMirroringLedger ledger, int shadows, long requests) =>
        Check(ledger, shadows, requests, shadow => shadow.Completed.GetValueOrDefault("2xx"));

    public static void AllSkipped(ITrafficMirroringLedger ledger, string reason, long requests) =>
        Check(ledger, shadows: 1, requests, shadow => shadow.Skipped.GetValueOrDefault(reason));

    private static void Check(
        ITrafficMirroringLedger ledger,
        int shadows,
        long requests,
        Func<ShadowLedger, long> count
    )
    {
        var snapshot = ledger.GetSnapshot().Shadows;
        if (snapshot.Count != shadows)
        {
            throw new InvalidOperationException($"There were {snapshot.Count} shadows instead of {shadows}.");
        }

        foreach (var (name, shadow) in snapshot)
        {
            if (shadow.Seen != requests || count(shadow) != requests)
            {
                throw new InvalidOperationException(
                    $"Of {requests} requests {name} has seen {shadow.Seen}, and {count(shadow)} ended as they should. "
                        + $"Skipped: {Text(shadow.Skipped)}; dropped: {Text(shadow.Dropped)}; failed: {Text(shadow.Failed)}; "
                        + $"pending: {shadow.Pending}; in flight: {shadow.InFlight}."
                );
            }
        }
    }

    private static string Text(IReadOnlyDictionary<string, long> counts) =>
        counts.Count == 0 ? "none" : string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}"));
}
