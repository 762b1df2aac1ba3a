namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>What became of the copies while the load lasted.</summary>
/// <param name="Wanted">Copies that were to be made.</param>
/// <param name="Completed">Copies that were answered; <see langword="null"/> where nobody counts them.</param>
/// <param name="GaveWay">Copies that gave way to the app's own requests.</param>
/// <param name="OtherwiseLost">Copies that were lost otherwise, before the send or in it.</param>
/// <param name="Received">Copies that the shadow has read whole; <see langword="null"/> when it is dead.</param>
internal sealed record CopyFigures(long Wanted, long? Completed, long GaveWay, long OtherwiseLost, long? Received)
{
    /// <summary>The share that was done when the load was over, on the side that counts it.</summary>
    public double? Share => Wanted == 0 ? null : (Completed ?? Received ?? 0) / (double)Wanted;
}
