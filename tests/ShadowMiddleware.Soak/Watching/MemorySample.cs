namespace ShadowMiddleware.Soak.Watching;

/// <summary>What the process holds at one moment, after everything that can be collected was.</summary>
/// <param name="Objects">Bytes of objects, without the large and the pinned ones: these are mostly arrays in the platform's own pools.</param>
/// <param name="Large">Bytes of large and pinned objects.</param>
/// <param name="WorkingSet">Bytes of the process.</param>
/// <param name="Handles">Open files and sockets; 0 where the platform does not tell.</param>
/// <param name="Threads">Threads of the process.</param>
internal sealed record MemorySample(long Objects, long Large, long WorkingSet, int Handles, int Threads)
{
    private const int SmallGenerations = 3;
    private const string HandleFolder = "/proc/self/fd";

    /// <summary>Collects, then measures.</summary>
    public static MemorySample Take()
    {
        // Twice: the second collection takes what finalisers held.
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var generations = GC.GetGCMemoryInfo(GCKind.FullBlocking).GenerationInfo;
        return new MemorySample(
            Held(generations[..SmallGenerations]),
            Held(generations[SmallGenerations..]),
            process.WorkingSet64,
            Directory.Exists(HandleFolder) ? Directory.GetFiles(HandleFolder).Length : 0,
            process.Threads.Count
        );
    }

    private static long Held(ReadOnlySpan<GCGenerationInfo> generations)
    {
        var bytes = 0L;
        foreach (var generation in generations)
        {
            bytes += generation.SizeAfterBytes - generation.FragmentationAfterBytes;
        }

        return bytes;
    }
}
