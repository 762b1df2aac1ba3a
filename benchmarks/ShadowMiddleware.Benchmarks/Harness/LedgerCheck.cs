namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>A benchmark whose copies were dropped has measured something else: it must fail rather than look fast.</summary>
internal static class LedgerCheck
{
    public static void AllCompleted(ITrafficMirroringLedger ledger, long requests) =>
        Check(ledger, requests, shadow => shadow.Completed.GetValueOrDefault("2xx"));

    public static void NoneSelected(ITrafficMirroringLedger ledger, long requests) =>
        Check(ledger, requests, shadow => shadow.Skipped.GetValueOrDefault("not_sampled"));

    private static void Check(ITrafficMirroringLedger ledger, long requests, Func<ShadowLedger, long> count)
    {
        var shadow = ledger.GetSnapshot().Shadows.Values.Single();
        if (shadow.Seen != requests || count(shadow) != requests)
        {
            throw new InvalidOperationException(
                $"Of {requests} requests {shadow.Seen} were seen and {count(shadow)} ended as they should. "
                    + $"Skipped: {Text(shadow.Skipped)}; dropped: {Text(shadow.Dropped)}; failed: {Text(shadow.Failed)}; "
                    + $"pending: {shadow.Pending}; in flight: {shadow.InFlight}."
            );
        }
    }

    private static string Text(IReadOnlyDictionary<string, long> counts) =>
        counts.Count == 0 ? "none" : string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}"));
}
