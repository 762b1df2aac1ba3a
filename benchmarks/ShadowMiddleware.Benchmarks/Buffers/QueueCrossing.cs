namespace ShadowMiddleware.Benchmarks.Buffers;

/// <summary>What all crossings have in common.</summary>
internal static class QueueCrossing
{
    /// <summary>So many that starting and stopping the threads does not show.</summary>
    public const int BatchSize = 8192;

    public static IQueueCrossing Of<T>(IBodyCarrier<T> carrier, int bodyBytes) =>
        new QueueCrossing<T>(carrier, bodyBytes);
}
