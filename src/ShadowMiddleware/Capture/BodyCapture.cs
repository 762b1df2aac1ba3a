using System.Buffers;

namespace ShadowMiddleware.Capture;

/// <summary>
/// The body of one request as far as it was seen, through whichever door the app reads it. Stops at the first byte that it cannot
/// keep, and never throws into the app's read.
/// </summary>
internal sealed class BodyCapture
{
    private readonly BlockPool _pool;
    private readonly long _maxBytes;
    private readonly GrpcFraming? _framing;

    // The buffer is its own lock: nobody else locks it, and a lock object would be an allocation more per request. It guards the
    // capture against an app that still reads after its request has ended, and against eviction. Held for a copy in memory, never
    // across I/O.
    private readonly PooledBodyBuffer _bytes;
    private CaptureState _state;
    private bool _detached;
    private long _position;

    /// <param name="pool">Where the blocks come from.</param>
    /// <param name="maxBytes">The longest body that is kept.</param>
    /// <param name="framing">Of a gRPC call, which is kept only when it is one message; <see langword="null"/> for any other body.</param>
    public BodyCapture(BlockPool pool, long maxBytes, GrpcFraming? framing = null)
    {
        _pool = pool;
        _maxBytes = maxBytes;
        _framing = framing;
        _bytes = new PooledBodyBuffer(pool);
    }

    public CaptureState State
    {
        get
        {
            lock (_bytes)
            {
                return _state;
            }
        }
    }

    public long Length
    {
        get
        {
            lock (_bytes)
            {
                return _detached ? 0 : _bytes.Length;
            }
        }
    }

    /// <summary>The neighbours in the list of <see cref="OpenCaptures"/>, which alone sets them.</summary>
    internal BodyCapture? Older { get; set; }

    /// <inheritdoc cref="Older" />
    internal BodyCapture? Newer { get; set; }

    /// <summary>
    /// Whether every byte is here: all of an announced length that can be trusted, or else up to the end. The end alone does not say
    /// what somebody in front took out before: a form, for instance.
    /// </summary>
    public bool IsWhole(long? contentLength)
    {
        lock (_bytes)
        {
            var isWhole = contentLength is null
                ? _state == CaptureState.EndSeen
                : _state is CaptureState.Reading or CaptureState.EndSeen && _bytes.Length == contentLength;
            return isWhole && (_framing is null || _framing.IsOneMessage);
        }
    }

    /// <summary>Whether this is a gRPC call that streams its requests, as far as it was seen.</summary>
    public bool IsStream(long? contentLength)
    {
        lock (_bytes)
        {
            return _state != CaptureState.TooLarge && _framing is not null && _framing.IsStream(contentLength);
        }
    }

    /// <summary>Keeps what is new of bytes that lie before the app, and are still there when it reads next.</summary>
    public void Look(in ReadOnlySequence<byte> bytes, bool isEnd)
    {
        lock (_bytes)
        {
            var position = _position;
            foreach (var segment in bytes)
            {
                KeepAt(position, segment.Span);
                position += segment.Length;
            }

            if (isEnd)
            {
                EndAt(position);
            }
        }
    }

    /// <summary>Notes that the app has taken bytes that it has looked at.</summary>
    public void Advance(long count)
    {
        lock (_bytes)
        {
            _position += count;
        }
    }

    /// <summary>Keeps bytes that the app has taken; none at all are the end.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        lock (_bytes)
        {
            TakeAt(_position, bytes);
            _position += bytes.Length;
        }
    }

    /// <summary>Keeps what is new of the bytes that the app has read at a position: an app that rewinds reads a part twice.</summary>
    public void TakeAt(long position, ReadOnlySpan<byte> bytes)
    {
        lock (_bytes)
        {
            if (bytes.IsEmpty)
            {
                EndAt(position);
            }
            else
            {
                KeepAt(position, bytes);
            }
        }
    }

    /// <summary>Notes that a read failed.</summary>
    public void Fault(Exception exception)
    {
        // A read that was cancelled, or refused because of how it was made, took nothing: the next one goes on where it stood.
        if (exception is OperationCanceledException or InvalidOperationException or NotSupportedException)
        {
            return;
        }

        lock (_bytes)
        {
            if (_state == CaptureState.Reading)
            {
                _state = ReadFaults.IsClientGone(exception) ? CaptureState.ClientGone : CaptureState.Faulted;
            }
        }
    }

    /// <summary>Notes that bytes were taken of which nobody can tell where in the body they stand.</summary>
    public void Confuse()
    {
        lock (_bytes)
        {
            if (_state == CaptureState.Reading)
            {
                _state = CaptureState.Faulted;
            }
        }
    }

    /// <summary>
    /// Ends the capture: what the app reads from now on is not kept. With <paramref name="whole"/> the caller owns the captured
    /// body; without it, or when the bytes were given up, it gets nothing and the pool has its blocks back.
    /// </summary>
    public PooledBodyBuffer? Detach(bool whole)
    {
        lock (_bytes)
        {
            if (_detached)
            {
                return null;
            }

            _detached = true;
            _pool.Captures.Remove(this);

            // It may have been evicted since the caller looked.
            if (whole && _state is (CaptureState.Reading or CaptureState.EndSeen))
            {
                return _bytes;
            }

            _bytes.Release();
            return null;
        }
    }

    /// <summary>Gives up the bytes for a younger capture's sake, unless the app is reading at this very moment.</summary>
    internal bool TryEvict()
    {
        if (!Monitor.TryEnter(_bytes))
        {
            return false;
        }

        try
        {
            if (_detached || _bytes.Length == 0)
            {
                return false;
            }

            // A read that failed has decided already; only the bytes are left to give.
            Free(_state is CaptureState.Reading or CaptureState.EndSeen ? CaptureState.OverBudget : _state);
            return true;
        }
        finally
        {
            Monitor.Exit(_bytes);
        }
    }

    private void KeepAt(long position, ReadOnlySpan<byte> bytes)
    {
        _framing?.Observe(position, bytes);

        // Where the app skipped a part there is a gap. It may still come back for it.
        var known = _bytes.Length - position;
        if (known >= 0 && known < bytes.Length)
        {
            Keep(bytes[(int)known..]);
        }
    }

    private void EndAt(long position)
    {
        _framing?.End(position);
        if (_state == CaptureState.Reading && _bytes.Length == position)
        {
            _state = CaptureState.EndSeen;
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_detached || _state != CaptureState.Reading)
        {
            return;
        }

        var state = StateAt(_bytes.Length + bytes.Length);
        if (state != CaptureState.Reading)
        {
            GiveUp(state);
            return;
        }

        try
        {
            Hold(bytes);
        }
        catch (Exception)
        {
            // No memory left: the app's read has succeeded all the same.
            GiveUp(CaptureState.Faulted);
        }
    }

    // A message tells its length beforehand. That decides, and not where the reads were cut.
    private CaptureState StateAt(long length)
    {
        var end = _framing?.FirstMessageEnd;
        return (end ?? length) > _maxBytes ? CaptureState.TooLarge
            : length > end ? CaptureState.Streaming
            : CaptureState.Reading;
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length == 0)
        {
            _pool.Captures.Add(this);
        }

        while (!(bytes = _bytes.Append(bytes)).IsEmpty)
        {
            if (!_pool.Captures.EvictOldest(asking: this))
            {
                GiveUp(CaptureState.OverBudget);
                return;
            }
        }
    }

    private void GiveUp(CaptureState state)
    {
        _pool.Captures.Remove(this);
        Free(state);
    }

    private void Free(CaptureState state)
    {
        _bytes.Release();
        _state = state;
    }
}
