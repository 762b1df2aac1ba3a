using System.Text.Json.Serialization;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>What became of the copies, on the side that makes them.</summary>
/// <param name="Seen">Requests that could have been copied.</param>
/// <param name="Skipped">Requests that were not to be copied.</param>
/// <param name="GaveWay">Copies that gave way to the app's own requests.</param>
/// <param name="OtherwiseLost">Copies that were lost before the send, for any other reason.</param>
/// <param name="Mirrored">Copies that were sent.</param>
/// <param name="Completed">Copies that the shadow answered.</param>
/// <param name="Failed">Copies whose send failed.</param>
/// <param name="Pending">Requests whose copy is not decided, or queued.</param>
/// <param name="InFlight">Copies being sent.</param>
internal sealed record CopyCounts(
    long Seen = 0,
    long Skipped = 0,
    long GaveWay = 0,
    long OtherwiseLost = 0,
    long Mirrored = 0,
    long Completed = 0,
    long Failed = 0,
    long Pending = 0,
    long InFlight = 0
)
{
    public static CopyCounts Of(ShadowLedger ledger)
    {
        var gaveWay = ledger.Dropped.GetValueOrDefault("pressure");
        return new CopyCounts(
            ledger.Seen,
            ledger.Skipped.Values.Sum(),
            gaveWay,
            ledger.Dropped.Values.Sum() - gaveWay,
            ledger.Mirrored,
            ledger.Completed.Values.Sum(),
            ledger.Failed.Values.Sum(),
            ledger.Pending,
            ledger.InFlight
        );
    }

    /// <summary>Copies that were to be made.</summary>
    [JsonIgnore]
    public long Wanted => Seen - Skipped;

    [JsonIgnore]
    public bool IsIdle => Pending == 0 && InFlight == 0;

    /// <summary>The two equations of the ledger.</summary>
    [JsonIgnore]
    public bool AddsUp =>
        Seen == Skipped + GaveWay + OtherwiseLost + Mirrored + Pending && Mirrored == Completed + Failed + InFlight;

    public static CopyCounts operator -(CopyCounts after, CopyCounts before) =>
        new(
            after.Seen - before.Seen,
            after.Skipped - before.Skipped,
            after.GaveWay - before.GaveWay,
            after.OtherwiseLost - before.OtherwiseLost,
            after.Mirrored - before.Mirrored,
            after.Completed - before.Completed,
            after.Failed - before.Failed,
            after.Pending - before.Pending,
            after.InFlight - before.InFlight
        );
}
