using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Tests.Common;

/// <summary>The second law.</summary>
internal static class LedgerAssert
{
    /// <summary>Both equations hold and nothing is negative.</summary>
    public static ShadowLedger Balanced(ShadowLedger ledger)
    {
        Assert.Equal(ledger.Seen, Sum(ledger.Skipped) + Sum(ledger.Dropped) + ledger.Mirrored + ledger.Pending);
        Assert.Equal(ledger.Mirrored, Sum(ledger.Completed) + Sum(ledger.Failed) + ledger.InFlight);
        Assert.True(ledger.Pending >= 0, $"Pending is {ledger.Pending}.");
        Assert.True(ledger.InFlight >= 0, $"In flight is {ledger.InFlight}.");
        return ledger;
    }

    /// <summary>Both equations hold and nothing is open any more.</summary>
    public static ShadowLedger Settled(ShadowAccount account)
    {
        var ledger = Balanced(account.Counters.Read());
        Assert.Equal(0, ledger.Pending);
        Assert.Equal(0, ledger.InFlight);
        return ledger;
    }

    public static void Only(IReadOnlyDictionary<string, long> counts, string reason, long count) =>
        Assert.Equal([KeyValuePair.Create(reason, count)], counts);

    public static long Sum(IReadOnlyDictionary<string, long> counts) => counts.Values.Sum();
}
