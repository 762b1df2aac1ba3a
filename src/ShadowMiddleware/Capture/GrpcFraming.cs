namespace ShadowMiddleware.Capture;

/// <summary>
/// Follows the framing of a gRPC body: each message behind a byte of flags and its length in four bytes, big-endian. It keeps no byte, looks no
/// further than the first message, and goes on when the captured bytes were given up. Guarded by its owner.
/// </summary>
internal sealed class GrpcFraming
{
    private const int PrefixLength = 5;
    private long _seen;
    private uint _length;
    private bool _ended;

    /// <summary>Where the first message ends; <see langword="null"/> until its length is known.</summary>
    public long? FirstMessageEnd => _seen < PrefixLength ? null : PrefixLength + (long)_length;

    /// <summary>Whether the first message was seen whole.</summary>
    public bool HasMessage => _seen >= FirstMessageEnd;

    /// <summary>Whether exactly one message was seen, and nothing behind it.</summary>
    public bool IsOneMessage => _seen == FirstMessageEnd;

    /// <summary>Notes what is new of the bytes at a position.</summary>
    public void Observe(long position, ReadOnlySpan<byte> bytes)
    {
        var known = _seen - position;
        if (known < 0 || known >= bytes.Length)
        {
            return;
        }

        bytes = bytes[(int)known..];
        if (_seen < PrefixLength)
        {
            // The flags come first and are shifted out by the length.
            foreach (var next in bytes[..(int)Math.Min(bytes.Length, PrefixLength - _seen)])
            {
                _length = (_length << 8) | next;
            }
        }

        _seen += bytes.Length;
    }

    /// <summary>Notes that nothing follows behind a position.</summary>
    public void End(long position) => _ended |= position == _seen;

    /// <summary>Whether the call streams its requests: several messages, none at all, or one whose end was not followed by that of the body.</summary>
    /// <param name="contentLength">The announced length of the body; <see langword="null"/> when there is none that can be trusted.</param>
    public bool IsStream(long? contentLength)
    {
        var ended = _ended || _seen == contentLength;
        return _seen > FirstMessageEnd || (IsOneMessage && !ended) || (_seen == 0 && ended);
    }
}
