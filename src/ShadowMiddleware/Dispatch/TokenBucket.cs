namespace ShadowMiddleware.Dispatch;

/// <summary>
/// Limits a rate, with bursts. The bucket is one number, the time at which it would be full again (the generic
/// cell rate algorithm, ITU-T I.371), so that taking a token neither locks nor allocates and the rate may change at any time.
/// </summary>
internal sealed class TokenBucket
{
    private readonly TimeProvider _timeProvider;
    private readonly long _burst;
    private long _fullAt;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="burst">For how long a full bucket was filled.</param>
    public TokenBucket(TimeProvider timeProvider, TimeSpan burst)
    {
        _timeProvider = timeProvider;
        _burst = (long)(burst.TotalSeconds * timeProvider.TimestampFrequency);
        _fullAt = timeProvider.GetTimestamp();
    }

    /// <summary>Whether there is a token. Takes none.</summary>
    /// <param name="rate">Tokens a second. The bucket holds one at least.</param>
    public bool HasToken(double rate)
    {
        var perToken = PerToken(rate);
        var now = _timeProvider.GetTimestamp();
        return Math.Max(Volatile.Read(ref _fullAt), now) + perToken - now <= Math.Max(perToken, _burst);
    }

    /// <summary>Gives back a token that was taken.</summary>
    /// <param name="rate">The rate at which it was taken.</param>
    public void GiveBack(double rate) => Interlocked.Add(ref _fullAt, -PerToken(rate));

    /// <summary>Takes a token; <see langword="false"/> when there is none, and then nothing changes.</summary>
    /// <param name="rate">Tokens a second. The bucket holds one at least.</param>
    public bool TryTake(double rate)
    {
        var perToken = PerToken(rate);
        var capacity = Math.Max(perToken, _burst);
        var fullAt = Volatile.Read(ref _fullAt);
        while (true)
        {
            var now = _timeProvider.GetTimestamp();
            var next = Math.Max(fullAt, now) + perToken;
            if (next - now > capacity)
            {
                return false;
            }

            var seen = Interlocked.CompareExchange(ref _fullAt, next, fullAt);
            if (seen == fullAt)
            {
                return true;
            }

            fullAt = seen;
        }
    }

    /// <summary>Whether the bucket has been filled for so long, or is full.</summary>
    public bool HoldsTokensOf(TimeSpan time) =>
        Volatile.Read(ref _fullAt) - _timeProvider.GetTimestamp()
        <= _burst - (long)(time.TotalSeconds * _timeProvider.TimestampFrequency);

    /// <summary>Takes tokens, those too that are still to come: at most as many as an empty bucket and a full one are apart.</summary>
    public void Charge(double rate, double tokens)
    {
        var charged = (long)Math.Min(_timeProvider.TimestampFrequency / rate * tokens, _burst);
        var fullAt = Volatile.Read(ref _fullAt);
        while (true)
        {
            var now = _timeProvider.GetTimestamp();
            var next = Math.Min(Math.Max(fullAt, now) + charged, now + (2 * _burst));
            var seen = Interlocked.CompareExchange(ref _fullAt, next, fullAt);
            if (seen == fullAt)
            {
                return;
            }

            fullAt = seen;
        }
    }

    private long PerToken(double rate) => (long)(_timeProvider.TimestampFrequency / rate);
}
