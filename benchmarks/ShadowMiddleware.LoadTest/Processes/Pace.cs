using System.Diagnostics;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>Gives out turns at a constant rate, to within what a timer of the platform can tell.</summary>
internal sealed class Pace
{
    private readonly double _rate;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _turns;

    /// <param name="rate">Turns a second.</param>
    public Pace(double rate) => _rate = rate;

    public async Task WaitForTurnAsync()
    {
        var due = TimeSpan.FromSeconds(Interlocked.Increment(ref _turns) / _rate);
        while (due - Stopwatch.GetElapsedTime(_start) is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(
                left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left,
                TimeProvider.System
            );
        }
    }
}
