using ShadowMiddleware.Fuzzer.Foresight;

namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>The ledger for people and for equations.</summary>
internal static class LedgerText
{
    public static long Sum(IReadOnlyDictionary<string, long> reasons) => reasons.Values.Sum();

    /// <summary>What has been added to each count, by its name in full: <c>skipped.rule</c>. Statuses of completed copies and reasons of failed ones are not told apart.</summary>
    public static IReadOnlyDictionary<string, long> Growth(ShadowLedger before, ShadowLedger after)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            [Outcomes.Copied] = Sum(after.Completed) - Sum(before.Completed),
            [Outcomes.Failed] = Sum(after.Failed) - Sum(before.Failed),
        };
        Add("skipped", before.Skipped, after.Skipped);
        Add("dropped", before.Dropped, after.Dropped);
        return counts;

        void Add(string kind, IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> after)
        {
            foreach (var (reason, count) in after)
            {
                counts[$"{kind}.{reason}"] = count - before.GetValueOrDefault(reason);
            }
        }
    }

    public static string Describe(ShadowLedger shadow) =>
        $"seen {shadow.Seen} = skipped {Describe(shadow.Skipped)} + dropped {Describe(shadow.Dropped)} + mirrored {shadow.Mirrored} + pending "
        + $"{shadow.Pending}; mirrored = completed {Describe(shadow.Completed)} + failed {Describe(shadow.Failed)} + inFlight {shadow.InFlight}";

    private static string Describe(IReadOnlyDictionary<string, long> reasons) =>
        $"{Sum(reasons)} ({string.Join(", ", reasons.Select(reason => $"{reason.Key} {reason.Value}"))})";
}
