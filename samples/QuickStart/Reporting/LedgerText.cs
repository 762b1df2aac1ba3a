using ShadowMiddleware;
using static System.FormattableString;

namespace QuickStart.Reporting;

internal static class LedgerText
{
    public static long Total(this IReadOnlyDictionary<string, long> reasons) => reasons.Values.Sum();

    /// <summary>Nothing is on its way any more: every request has got its outcome.</summary>
    public static bool IsSettled(this ShadowLedger ledger) => ledger is { Pending: 0, InFlight: 0 };

    public static string InOneLine(this ShadowLedger ledger) =>
        Invariant($"seen {ledger.Seen}")
        + Part("skipped", ledger.Skipped)
        + Part("dropped", ledger.Dropped)
        + Part("completed", ledger.Completed)
        + Part("failed", ledger.Failed)
        + Invariant($", on their way {ledger.Pending + ledger.InFlight}");

    /// <summary>Such as <c>2xx 40, 4xx 2</c>.</summary>
    public static string InOneLine(this IReadOnlyDictionary<string, long> counts) =>
        string.Join(
            ", ",
            counts
                .Where(count => count.Value > 0)
                .OrderBy(count => count.Key, StringComparer.Ordinal)
                .Select(count => Invariant($"{count.Key} {count.Value:N0}"))
        );

    private static string Part(string name, IReadOnlyDictionary<string, long> reasons) =>
        reasons.Total() == 0 ? "" : Invariant($", {name} {reasons.Total()} ({reasons.InOneLine()})");
}
