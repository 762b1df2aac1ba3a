namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>What a served app has counted since its start.</summary>
internal sealed record ServedCounts(long Seen, long Mirrored, long GaveWay, long OtherwiseLost, TimeSpan ProcessorTime)
{
    public static readonly ServedCounts None = new(0, 0, 0, 0, TimeSpan.Zero);

    public static ServedCounts operator -(ServedCounts after, ServedCounts before) =>
        new(
            after.Seen - before.Seen,
            after.Mirrored - before.Mirrored,
            after.GaveWay - before.GaveWay,
            after.OtherwiseLost - before.OtherwiseLost,
            after.ProcessorTime - before.ProcessorTime
        );
}
