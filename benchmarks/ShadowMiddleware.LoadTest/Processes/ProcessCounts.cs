namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>What a process has used.</summary>
/// <param name="ProcessorTime">In user and in kernel mode.</param>
/// <param name="AllocatedBytes">By managed code; 0 where there is none.</param>
/// <param name="Gen0">Collections of this generation and no older one.</param>
/// <param name="Gen1">Of this one.</param>
/// <param name="Gen2">Of this one.</param>
/// <param name="PeakMemory">The most that was resident at once since the measurement began, in bytes.</param>
internal sealed record ProcessCounts(
    TimeSpan ProcessorTime,
    long AllocatedBytes,
    int Gen0,
    int Gen1,
    int Gen2,
    long PeakMemory
)
{
    /// <summary>Those of this process.</summary>
    public static ProcessCounts Read() =>
        new(
            Environment.CpuUsage.TotalTime,
            GC.GetTotalAllocatedBytes(precise: true),
            GC.CollectionCount(0) - GC.CollectionCount(1),
            GC.CollectionCount(1) - GC.CollectionCount(2),
            GC.CollectionCount(2),
            ProcessFiles.ReadPeakMemory(Environment.ProcessId)
        );

    /// <summary>The use between two looks. A peak has no difference: it is that of the later look.</summary>
    public static ProcessCounts operator -(ProcessCounts after, ProcessCounts before) =>
        new(
            after.ProcessorTime - before.ProcessorTime,
            after.AllocatedBytes - before.AllocatedBytes,
            after.Gen0 - before.Gen0,
            after.Gen1 - before.Gen1,
            after.Gen2 - before.Gen2,
            after.PeakMemory
        );
}
