using System.Diagnostics;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Waits for a condition, and for no longer than it takes: the bound only says when to give up.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    public static async Task HoldsAsync(Func<bool> condition, Func<string> describe, CancellationToken token)
    {
        var started = Stopwatch.GetTimestamp();

        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Bound)
            {
                Assert.Fail($"Did not come true within {Bound.TotalSeconds} s: {describe()}");
            }

            await Task.Delay(Pause, token);
        }
    }
}
