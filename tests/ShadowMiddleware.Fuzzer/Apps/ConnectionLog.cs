namespace ShadowMiddleware.Fuzzer.Apps;

/// <summary>What the server made of one connection.</summary>
internal sealed class ConnectionLog
{
    private readonly List<Arrival> _arrivals = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConnectionLog(int clientPort) => ClientPort = clientPort;

    public int ClientPort { get; }

    /// <summary>The case that the connection belongs to; set by the client's side.</summary>
    public int Case { get; set; } = -1;

    /// <summary>The server has finished with the connection, and with every request on it.</summary>
    public Task Ended => _ended.Task;

    // Read only after the connection has ended.
    public IReadOnlyList<Arrival> Arrivals => _arrivals;

    public void Add(Arrival arrival)
    {
        lock (_arrivals)
        {
            _arrivals.Add(arrival);
        }
    }

    public void End() => _ended.TrySetResult();
}
