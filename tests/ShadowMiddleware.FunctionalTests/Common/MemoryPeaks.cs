using ShadowMiddleware.Capture;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>The highest of what is captured, reachable and used by the process, from its making on.</summary>
internal sealed class MemoryPeaks : IDisposable
{
    // The windows and buffers of server and client, and what the test's own machinery takes.
    private const long MostReachable = 48 * 1024 * 1024;
    private const long MostWorking = 160 * 1024 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly long _reachableBefore = Reachable();
    private readonly long _workingBefore = Environment.WorkingSet;
    private readonly PeakWatcher _held;
    private readonly PeakWatcher _reachable;
    private readonly PeakWatcher _working = new(() => Environment.WorkingSet, Interval);

    public MemoryPeaks(MirrorEnvironment environment)
    {
        var budget = environment.Service<ByteBudget>();
        _held = new PeakWatcher(() => budget.Used);
        _reachable = new PeakWatcher(Reachable, Interval);
    }

    /// <param name="mostHeld">Captured bytes that there may have been at one time.</param>
    public void AssertFlat(long mostHeld)
    {
        Assert.InRange(_held.Peak, 0, mostHeld);
        Assert.InRange(_reachable.Peak - _reachableBefore, long.MinValue, MostReachable);
        Assert.InRange(_working.Peak - _workingBefore, long.MinValue, MostWorking);
    }

    public void Dispose()
    {
        _held.Dispose();
        _reachable.Dispose();
        _working.Dispose();
    }

    // Collected first: when the collector would come by itself depends on the machine and on the tests before.
    private static long Reachable()
    {
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
