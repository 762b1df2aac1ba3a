using System.Diagnostics;

namespace ShadowMiddleware.LoadTest.Load;

/// <summary>
/// The connections that wait for an answer. Only they are looked at: where few requests are under way, the others would be most of the
/// work.
/// </summary>
internal sealed class Outstanding
{
    private readonly LoadConnection[] _connections;
    private readonly PollEntry[] _entries;

    public Outstanding(int most)
    {
        _connections = new LoadConnection[most];
        _entries = new PollEntry[most];
    }

    public int Count { get; private set; }

    public void Add(LoadConnection connection)
    {
        _connections[Count] = connection;
        _entries[Count] = new PollEntry { Handle = connection.Handle, Wanted = PollEntry.Readable };
        Count++;
    }

    /// <summary>Waits until something arrives or the time is over, and takes what has arrived.</summary>
    /// <param name="patience">In nanoseconds.</param>
    /// <param name="idle">Given the connections whose answer is whole.</param>
    /// <param name="latencies">Given how long each took.</param>
    public void Receive(long patience, Queue<LoadConnection> idle, List<long> latencies)
    {
        Waiting.For(_entries.AsSpan(0, Count), patience);

        // From the end: the last takes the place of one that leaves.
        for (var i = Count - 1; i >= 0; i--)
        {
            if (_entries[i].Seen == 0 || !_connections[i].Receive())
            {
                continue;
            }

            latencies.Add(Stopwatch.GetTimestamp() - _connections[i].DueAt);
            idle.Enqueue(_connections[i]);
            Count--;
            _connections[i] = _connections[Count];
            _entries[i] = _entries[Count];
        }
    }
}
