namespace ShadowMiddleware.Connecting;

/// <summary>What has gone over a connection to a shadow, and when.</summary>
/// <remarks>Thread-safe: reads and writes are noted as they come, and looked at from elsewhere.</remarks>
internal sealed class ConnectionTraffic
{
    private readonly ReadAllowance? _allowance;
    private readonly TimeProvider _timeProvider;
    private long _readAt;

    // When the write began that the peer takes nothing of; 0 when there is none.
    private long _stuckSince;

    // When the first of the writes began that nothing has been read since; 0 when there are none.
    private long _unansweredSince;

    /// <param name="allowance">What may be read from the connections to the shadow; <see langword="null"/>: nobody knows which one it is of.</param>
    /// <param name="timeProvider">The clock that silence is measured by.</param>
    public ConnectionTraffic(ReadAllowance? allowance, TimeProvider timeProvider)
    {
        _allowance = allowance;
        _timeProvider = timeProvider;
        _readAt = timeProvider.GetTimestamp();
    }

    /// <summary>Whether reads have to slow down.</summary>
    public bool IsUsedUp => _allowance is { IsUsedUp: true };

    /// <summary>Something was read.</summary>
    public void Read(int bytes)
    {
        _allowance?.Read(bytes);
        Volatile.Write(ref _readAt, _timeProvider.GetTimestamp());
        Volatile.Write(ref _unansweredSince, 0);
    }

    /// <summary>Something is written.</summary>
    public void Write()
    {
        if (Volatile.Read(ref _unansweredSince) == 0)
        {
            Volatile.Write(ref _unansweredSince, _timeProvider.GetTimestamp());
        }
    }

    /// <summary>A write has to wait, because the peer does not read, or has ended its wait.</summary>
    public void WriteWaits(bool waits) => Volatile.Write(ref _stuckSince, waits ? _timeProvider.GetTimestamp() : 0);

    /// <summary>Whether a write has waited for this long.</summary>
    public bool IsStuckFor(TimeSpan time) =>
        Volatile.Read(ref _stuckSince) is not 0 and var since && _timeProvider.GetElapsedTime(since) >= time;

    /// <summary>Whether the connection may be one of the shadow that has this allowance.</summary>
    public bool MayBeOf(ReadAllowance shadow) => _allowance is null || _allowance == shadow;

    /// <summary>Whether nothing has been read for this long, and what waits for an answer, if anything does, has waited as long.</summary>
    public bool IsSilentFor(TimeSpan time) =>
        _timeProvider.GetElapsedTime(Volatile.Read(ref _readAt)) >= time
        && (
            Volatile.Read(ref _unansweredSince) is var since
            && (since == 0 || _timeProvider.GetElapsedTime(since) >= time)
        );
}
