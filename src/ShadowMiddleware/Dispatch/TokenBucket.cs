namespace ShadowMiddleware.Dispatch;

/// <summary>
/// Limits a rate, with bursts of one second's worth. The bucket is one number, the time at which it would be full again (the generic
/// cell rate algorithm, ITU-T I.371), so that taking a token neither locks nor allocates and the rate may change at any time.
/// </summary>
internal sealed class TokenBucket
{
    private readonly TimeProvider _timeProvider;
    private long _fullAt;

    public TokenBucket(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _fullAt = timeProvider.GetTimestamp();
    }

    /// <summary>Takes a token; <see langword="false"/> when there is none, and then nothing changes.</summary>
    /// <param name="rate">Tokens a second. Below one, the bucket holds a single token.</param>
    public bool TryTake(double rate)
    {
        var perToken = (long)(_timeProvider.TimestampFrequency / rate);
        var capacity = Math.Max(perToken, _timeProvider.TimestampFrequency);
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
}
