using System.Runtime.InteropServices;

namespace ShadowMiddleware.LoadTest.Load;

/// <summary>Clients with a connection each, all on one thread. They stay connected from one load to the next.</summary>
internal sealed class LoadClients : IDisposable
{
    private const int Count = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly LoadConnection[] _connections = new LoadConnection[Count];

    private LoadClients() { }

    public static LoadClients Connect(int port)
    {
        var clients = new LoadClients();
        try
        {
            for (var i = 0; i < Count; i++)
            {
                clients._connections[i] = LoadConnection.Open(port);
            }

            return clients;
        }
        catch
        {
            clients.Dispose();
            throw;
        }
    }

    /// <param name="rate">
    /// Requests a second, due at equal distances whether the app is ready for them or not; <see langword="null"/>: each client sends
    /// its next request when it has the answer to the last, as many as the app can answer.
    /// </param>
    /// <param name="time">How long requests are sent. What is under way then is waited for.</param>
    /// <param name="patience">How long it is waited for at most; 10 s if not given.</param>
    public Task<LoadResult> LoadAsync(double? rate, TimeSpan time, TimeSpan? patience = null) =>
        Task.Factory.StartNew(
            () => Load(rate, time, patience ?? Patience),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            // Not all are there when one could not be opened.
            connection?.Dispose();
        }
    }

    private LoadResult Load(double? rate, TimeSpan time, TimeSpan patience)
    {
        Waiting.BePunctual();
        var outstanding = new Outstanding(Count);
        var idle = new Queue<LoadConnection>(_connections);
        var latencies = new List<long>(capacity: 1 << 16);
        var used = Environment.CpuUsage.TotalTime;
        var schedule = new Schedule(rate, time, patience);
        while (true)
        {
            while (idle.Count > 0 && schedule.TryTake(out var dueAt))
            {
                var connection = idle.Dequeue();
                connection.Send(dueAt);
                outstanding.Add(connection);
            }

            if (outstanding.Count == 0 && schedule.IsOver)
            {
                break;
            }

            schedule.ThrowIfLate();
            outstanding.Receive(schedule.GetPatience(hasIdle: idle.Count > 0), idle, latencies);
        }

        var elapsed = schedule.Elapsed;
        used = Environment.CpuUsage.TotalTime - used;
        var sorted = CollectionsMarshal.AsSpan(latencies);
        if (sorted.IsEmpty)
        {
            throw new LoadException("Nothing was sent.");
        }

        sorted.Sort();
        return new LoadResult(sorted.Length, sorted.Length / elapsed.TotalSeconds, Latencies.Of(sorted), used);
    }
}
