using System.Diagnostics;
using System.Threading.Channels;

namespace ShadowMiddleware.LoadTest.Load;

/// <summary>Loads an app over loopback, for a while.</summary>
internal static class LoadGenerator
{
    private const int Connections = 32;

    /// <summary>Each client sends its next request when it has the answer to the last: as much as the app can do.</summary>
    public static async Task<LoadResult> SaturateAsync(int port, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        return await RunAsync(
            port,
            start,
            async (connection, latencies) =>
            {
                while (Stopwatch.GetElapsedTime(start) < time)
                {
                    var sent = Stopwatch.GetTimestamp();
                    await connection.ExchangeAsync();
                    latencies.Add(Stopwatch.GetElapsedTime(sent).Ticks);
                }
            }
        );
    }

    /// <summary>Requests are due at a constant rate, whether the app is ready for them or not.</summary>
    public static async Task<LoadResult> LoadAsync(int port, double requestsPerSecond, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var due = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleWriter = true });
        var schedule = ScheduleAsync(due.Writer, start, requestsPerSecond, time);
        var result = await RunAsync(
            port,
            start,
            async (connection, latencies) =>
            {
                await foreach (var at in due.Reader.ReadAllAsync())
                {
                    await connection.ExchangeAsync();
                    latencies.Add(Stopwatch.GetElapsedTime(at).Ticks);
                }
            }
        );
        await schedule;
        return result;
    }

    private static async Task ScheduleAsync(
        ChannelWriter<long> due,
        long start,
        double requestsPerSecond,
        TimeSpan time
    )
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (long next = 0; Stopwatch.GetElapsedTime(start) < time; await timer.WaitForNextTickAsync())
        {
            var now = (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * requestsPerSecond);
            for (; next < now; next++)
            {
                due.TryWrite(start + (long)(next / requestsPerSecond * Stopwatch.Frequency));
            }
        }

        due.Complete();
    }

    private static async Task<LoadResult> RunAsync(int port, long start, Func<LoadConnection, List<long>, Task> client)
    {
        var all = await Task.WhenAll(
            Enumerable
                .Range(0, Connections)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        var latencies = new List<long>(capacity: 100_000);
                        using var connection = await LoadConnection.OpenAsync(port);
                        await client(connection, latencies);
                        return latencies;
                    })
                )
        );
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var sorted = all.SelectMany(latencies => latencies).Order().ToArray();
        return new LoadResult(
            sorted.Length / seconds,
            TimeSpan.FromTicks(sorted[sorted.Length / 2]),
            TimeSpan.FromTicks(sorted[(int)(sorted.Length * 0.99)])
        );
    }
}
