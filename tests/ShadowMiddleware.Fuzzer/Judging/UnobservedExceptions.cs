namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>Exceptions of tasks that nobody looked at, in the whole process.</summary>
internal static class UnobservedExceptions
{
    private static volatile Exception? _first;

    static UnobservedExceptions() => TaskScheduler.UnobservedTaskException += (_, e) => _first ??= e.Exception;

    /// <summary>Starts to watch.</summary>
    public static void Watch() => _ = _first;

    public static Exception? Find()
    {
        // Twice: the first collection queues the finalisers that raise the event, the second takes what they held.
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return _first;
    }
}
