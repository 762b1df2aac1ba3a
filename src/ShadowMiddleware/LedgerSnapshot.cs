namespace ShadowMiddleware;

/// <summary>The ledger at one moment.</summary>
public sealed class LedgerSnapshot
{
    internal LedgerSnapshot(IReadOnlyDictionary<string, ShadowLedger> shadows) => Shadows = shadows;

    /// <summary>The counts of each shadow, by its name. A shadow that a reload removed stays, with its totals.</summary>
    public IReadOnlyDictionary<string, ShadowLedger> Shadows { get; }
}
