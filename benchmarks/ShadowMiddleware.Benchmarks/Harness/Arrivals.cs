namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>Waits for the copies of a batch.</summary>
internal static class Arrivals
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Spins, because anything that could be awaited would allocate.
    public static void Await(Func<long> received, long expected)
    {
        var began = TimeProvider.System.GetTimestamp();
        var spin = default(SpinWait);
        while (received() < expected)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException($"Of {expected} copies {received()} arrived.");
            }
        }
    }
}
