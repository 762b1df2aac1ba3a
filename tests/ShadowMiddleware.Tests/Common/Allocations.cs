namespace ShadowMiddleware.Tests.Common;

internal static class Allocations
{
    /// <summary>
    /// The bytes that this thread allocates in <paramref name="round"/>: the least of ten, after one that is not counted.
    /// </summary>
    /// <remarks>
    /// One round alone would count what is not its own: a collection that another thread causes may close this thread's
    /// allocation context, whose unused rest (up to 8 KB) the runtime then counts as allocated; and code that is new may
    /// bring a class constructor with it. What the calls of a round allocate, they allocate in each round.
    /// </remarks>
    public static long Of(Action round)
    {
        const int rounds = 10;
        round();

        var least = long.MaxValue;
        for (var i = 0; i < rounds && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
