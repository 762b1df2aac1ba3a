namespace ShadowMiddleware.Connecting;

/// <summary>The right to have one connection open. Disposed with the connection, or when there will be none; more often does no harm.</summary>
internal sealed class ConnectionPlace : IDisposable
{
    private readonly ConnectionPlaces _places;

    // Weak, because the place is known for as long as it is taken: a connection that nobody closed is for the finalizer to find.
    private WeakReference<Stream>? _connection;
    private ConnectionTraffic? _traffic;

    public ConnectionPlace(ConnectionPlaces places, ConnectionTarget target, long takenAt)
    {
        _places = places;
        Target = target;
        TakenAt = takenAt;
    }

    public ConnectionTarget Target { get; }

    /// <summary>When it was taken, as a timestamp of the clock that the places have.</summary>
    public long TakenAt { get; }

    /// <summary>What has gone over the connection that has the place; <see langword="null"/>: it is still being made.</summary>
    public ConnectionTraffic? Traffic => Volatile.Read(ref _traffic);

    /// <summary>Notes which connection has the place.</summary>
    public void Give(Stream connection, ConnectionTraffic traffic)
    {
        Volatile.Write(ref _connection, new WeakReference<Stream>(connection));
        Volatile.Write(ref _traffic, traffic);
    }

    /// <summary>Closes the connection, which frees the place. One that is still being made is left alone: its time is bounded.</summary>
    public void CloseConnection()
    {
        if (Volatile.Read(ref _connection) is { } reference && reference.TryGetTarget(out var connection))
        {
            connection.Dispose();
        }
    }

    public void Dispose() => _places.Free(this);
}
