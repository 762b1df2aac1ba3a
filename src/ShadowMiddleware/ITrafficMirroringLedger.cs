namespace ShadowMiddleware;

/// <summary>The counts of what became of every request, for every shadow. They always add up.</summary>
/// <remarks>Registered as a singleton by <c>AddTrafficMirroring</c>. Safe to call from any thread at any time.</remarks>
public interface ITrafficMirroringLedger
{
    /// <summary>Takes the counts of this moment.</summary>
    /// <returns>A snapshot that does not change any more and in which both equations of <see cref="ShadowLedger"/> hold.</returns>
    LedgerSnapshot GetSnapshot();
}
