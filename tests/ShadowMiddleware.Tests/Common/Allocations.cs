namespace ShadowMiddleware.Tests.Common;

internal static class Allocations
{
    /// <summary>
    /// The bytes that this thread allocates in <paramref name="round"/>: the median of eleven, after one that is not counted.
    /// </summary>
    /// <remarks>
    /// One round alone would count what is not its own: a collection that another thread causes may close this thread's
    /// allocation context, whose unused rest (up to 8 KB) the runtime then counts as allocated; and code that is new may
    /// bring a class constructor with it. Neither comes often; what the calls of a round allocate, they allocate in each.
    /// </remarks>
    public static long Of(Action round)
    {
        var rounds = new long[11];
        round();
        for (var i = 0; i < rounds.Length; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            rounds[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Array.Sort(rounds);
        return rounds[rounds.Length / 2];
    }
}
