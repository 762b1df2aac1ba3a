namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>What a served process has counted since its start.</summary>
/// <param name="Process">What it has used.</param>
/// <param name="Copies">What became of the copies that it makes.</param>
/// <param name="Received">Requests whose body has been read whole, at a shadow; requests answered, at a sender.</param>
internal sealed record ServedCounts(ProcessCounts Process, CopyCounts Copies, long Received = 0)
{
    public static ServedCounts operator -(ServedCounts after, ServedCounts before) =>
        new(after.Process - before.Process, after.Copies - before.Copies, after.Received - before.Received);
}
