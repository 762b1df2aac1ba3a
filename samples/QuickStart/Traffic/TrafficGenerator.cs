using System.Diagnostics;
using static System.FormattableString;

namespace QuickStart.Traffic;

/// <summary>Several shoppers at once, each at a steady pace. Every step goes to the primary and to its twin.</summary>
internal sealed class TrafficGenerator(string primaryAddress, string twinAddress, Tally tally) : IDisposable
{
    private const int Shoppers = 8;
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(40);

    // Until then most of the time goes into compiling, on both sides.
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(1);

    private readonly Client _primary = new(primaryAddress);
    private readonly Client _twin = new(twinAddress);

    public void Dispose()
    {
        _primary.Dispose();
        _twin.Dispose();
    }

    public Task RunAsync(TimeSpan duration, CancellationToken interrupted)
    {
        var start = Stopwatch.GetTimestamp();
        return Task.WhenAll(
            Enumerable.Range(0, Shoppers).Select(number => ShopAsync(number, start, duration, interrupted))
        );
    }

    private async Task ShopAsync(int number, long start, TimeSpan duration, CancellationToken interrupted)
    {
        var due = _pace * number / Shoppers;
        var count = 0;
        foreach (var step in new Shopper(number).Steps())
        {
            var wait = due - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, interrupted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            var elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed >= duration || interrupted.IsCancellationRequested)
            {
                return;
            }

            await SendAsync(
                step,
                Invariant($"{number}-{count}"),
                primaryFirst: count % 2 == 0,
                timed: elapsed > _warmUp
            );
            count++;
            due += _pace;
        }
    }

    private async Task SendAsync(Step step, string id, bool primaryFirst, bool timed)
    {
        // In turns, so that neither side has the advantage of the warmer cache.
        var first = await (primaryFirst ? _primary : _twin).SendAsync(step, id);
        var second = await (primaryFirst ? _twin : _primary).SendAsync(step, id);
        var (primary, twin) = primaryFirst ? (first, second) : (second, first);
        tally.Add(step, primary, twin, timed);
    }
}
