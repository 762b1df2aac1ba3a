namespace ShadowMiddleware.Benchmarks.Buffers;

/// <summary>Bodies that cross a queue, whatever carries them.</summary>
internal interface IQueueCrossing
{
    void RunBatch();

    /// <summary>Throws when a byte was lost, or memory not given back.</summary>
    void VerifyAndDispose();
}
