namespace ShadowMiddleware.Benchmarks.Sending;

/// <summary>When a send has its answer.</summary>
public enum StubAnswer
{
    /// <summary>Before it has to wait: what making and sending cost by themselves.</summary>
    AtOnce,

    /// <summary>After it had to wait, as over every network: what waits moves to the heap. Read the bytes; the time is that of the thread pool.</summary>
    Later,
}
