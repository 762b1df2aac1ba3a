using System.Collections.Concurrent;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Catches exceptions of tasks that nobody looked at. There must be none in the whole process, whoever of us caused them.</summary>
internal static class UnobservedExceptions
{
    private static readonly ConcurrentQueue<Exception> _seen = [];

    static UnobservedExceptions() =>
        TaskScheduler.UnobservedTaskException += (_, e) =>
        {
            if (!IsOfTheOutputCache(e.Exception))
            {
                _seen.Enqueue(e.Exception);
            }
        };

    /// <summary>Starts to watch, once per process.</summary>
    public static void Watch() => _ = _seen.Count;

    public static void AssertNone()
    {
        // Twice: the first collection queues the finalisers that raise the event, the second takes what they held.
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Empty(_seen);
    }

    // The platform's output cache leaves the task of an app that throws to nobody, with and without the mirror.
    private static bool IsOfTheOutputCache(Exception exception) =>
        exception.ToString().Contains("OutputCaching.WorkDispatcher", StringComparison.Ordinal);
}
