using ShadowMiddleware;
using static System.FormattableString;

namespace QuickStart.Reporting;

/// <summary>Holds the results against what the library promises.</summary>
internal static class Conclusion
{
    public static IReadOnlyList<Finding> Draw(Results results) =>
        [.. ClientFindings(results), .. CopyFindings(results), .. LedgerFindings(results)];

    private static IEnumerable<Finding> ClientFindings(Results results)
    {
        var (requests, different) = (results.Client.Requests, results.Client.Different);
        if (requests == 0)
        {
            yield break;
        }

        yield return different == 0
            ? new(true, Invariant($"All {requests:N0} responses equal those of a V1 without mirroring, byte for byte."))
            : new(
                false,
                Invariant($"{different:N0} of {requests:N0} responses differ from those of a V1 without mirroring.")
            );

        yield return new(
            results.Copies.Copies > 0,
            results.Copies.Copies > 0 ? "The shadow received live traffic." : "The shadow received nothing at all."
        );
    }

    private static IEnumerable<Finding> CopyFindings(Results results)
    {
        // A copy that could not be compared proves nothing, so each one that came of this traffic has to be an exact one.
        var exact = results.Copies.Exact;
        var owed = results.Copies.Copies - results.Copies.Foreign;
        if (exact != owed)
        {
            yield return new(
                false,
                Invariant($"{owed - exact:N0} of {owed:N0} copies are not what the primary received.")
            );
        }
        else if (exact > 0)
        {
            yield return new(
                true,
                Invariant($"All {exact:N0} copies have the method, target, headers and body of the original.")
            );
        }
        else if (results.Client.Requests > 0)
        {
            yield return new(false, "No copy could be compared with its original.");
        }
    }

    private static IEnumerable<Finding> LedgerFindings(Results results)
    {
        var faults = LedgerFaults(results).ToList();
        if (faults.Count > 0)
        {
            return faults.Select(fault => new Finding(false, fault));
        }

        var ledger = results.Ledger;
        var lost = ledger.Skipped.Total() + ledger.Dropped.Total() + ledger.Failed.Total();
        return
        [
            lost == 0
                ? new(true, Invariant($"Nothing was lost: {ledger.Seen:N0} requests, {ledger.Mirrored:N0} copies."))
                : new(
                    true,
                    Invariant($"{lost:N0} requests have no answered copy, each with a reason: {Reasons(ledger)}.")
                ),
        ];
    }

    private static IEnumerable<string> LedgerFaults(Results results)
    {
        var ledger = results.Ledger;
        var copies = results.Copies.Copies;
        var completed = ledger.Completed.Total();

        if (!ledger.IsSettled())
        {
            yield return Invariant(
                $"Still on their way after all that waiting: {ledger.Pending + ledger.InFlight:N0}."
            );
        }

        if (ledger.Seen != results.Copies.Requests)
        {
            yield return Invariant(
                $"The primary received {results.Copies.Requests:N0} requests, the ledger has seen {ledger.Seen:N0}."
            );
        }

        if (
            ledger.Seen != ledger.Skipped.Total() + ledger.Dropped.Total() + ledger.Mirrored + ledger.Pending
            || ledger.Mirrored != completed + ledger.Failed.Total() + ledger.InFlight
        )
        {
            yield return "The ledger does not add up.";
        }

        // A send that failed may have reached the shadow or not; every other copy certainly did, once.
        if (copies < completed || copies > ledger.Mirrored)
        {
            yield return Invariant(
                $"Copies sent: {ledger.Mirrored:N0}, answered: {completed:N0}, but received by the shadow: {copies:N0}."
            );
        }
    }

    private static string Reasons(ShadowLedger ledger) =>
        string.Join(
            "; ",
            new[] { ledger.Skipped, ledger.Dropped, ledger.Failed }
                .Select(reasons => reasons.InOneLine())
                .Where(text => text.Length > 0)
        );
}
