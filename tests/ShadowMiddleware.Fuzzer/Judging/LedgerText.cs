namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>The ledger for people and for equations.</summary>
internal static class LedgerText
{
    public static long Sum(IReadOnlyDictionary<string, long> reasons) => reasons.Values.Sum();

    public static string Describe(ShadowLedger shadow) =>
        $"seen {shadow.Seen} = skipped {Describe(shadow.Skipped)} + dropped {Describe(shadow.Dropped)} + mirrored {shadow.Mirrored} + pending "
        + $"{shadow.Pending}; mirrored = completed {Describe(shadow.Completed)} + failed {Describe(shadow.Failed)} + inFlight {shadow.InFlight}";

    private static string Describe(IReadOnlyDictionary<string, long> reasons) =>
        $"{Sum(reasons)} ({string.Join(", ", reasons.Select(reason => $"{reason.Key} {reason.Value}"))})";
}
