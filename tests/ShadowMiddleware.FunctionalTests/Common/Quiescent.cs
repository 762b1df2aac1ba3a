namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Waits for something to come to a standstill, which has no event of its own.</summary>
internal static class Quiescent
{
    private const int Looks = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until a count that has begun to grow no longer does.</summary>
    public static async Task<long> ValueAsync(Func<long> count, CancellationToken token)
    {
        var last = 0L;
        for (var same = 0; same < Looks; )
        {
            await Task.Delay(Pause, token);
            var now = count();
            same = now == last && now > 0 ? same + 1 : 0;
            last = now;
        }

        return last;
    }
}
