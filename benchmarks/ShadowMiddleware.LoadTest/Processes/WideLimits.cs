namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>Limits under which a saturated app without protection loses no copy.</summary>
internal static class WideLimits
{
    public const int QueueCapacity = 16_384;

    public static void Apply(TrafficMirroringOptions options, ShadowOptions shadow)
    {
        shadow.QueueCapacity = QueueCapacity;

        // A body of 1 KB takes a block of 4 KB.
        options.MaxBufferedBytes = 2L * QueueCapacity * 4096;
    }
}
