using System.Buffers;

namespace ShadowMiddleware.Capture;

/// <summary>
/// The body of one request as far as it was seen, through whichever door the app reads it. Stops at the first byte that it cannot
/// keep, and never throws into the app's read.
/// </summary>
internal sealed class BodyCapture : OpenCapture
{
    private readonly GrpcFraming? _framing;
    private CaptureState _state;
    private long _position;

    /// <param name="pool">Where the blocks come from.</param>
    /// <param name="maxBytes">The longest body that is kept.</param>
    /// <param name="framing">Of a gRPC call, which is kept only when it is one message; <see langword="null"/> for any other body.</param>
    public BodyCapture(BlockPool pool, long maxBytes, GrpcFraming? framing = null)
        : base(pool, maxBytes) => _framing = framing;

    public CaptureState State
    {
        get
        {
            lock (Bytes)
            {
                return _state;
            }
        }
    }

    /// <summary>
    /// Whether every byte is here: all of an announced length that can be trusted, or else up to the end. The end alone does not say
    /// what somebody in front took out before: a form, for instance.
    /// </summary>
    public bool IsWhole(long? contentLength)
    {
        lock (Bytes)
        {
            var isWhole = contentLength is null
                ? _state == CaptureState.EndSeen
                : _state is CaptureState.Reading or CaptureState.EndSeen && Bytes.Length == contentLength;
            return isWhole && (_framing is null || _framing.IsOneMessage);
        }
    }

    /// <summary>Whether this is a gRPC call that streams its requests, as far as it was seen.</summary>
    public bool IsStream(long? contentLength)
    {
        lock (Bytes)
        {
            return _state != CaptureState.TooLarge && _framing is not null && _framing.IsStream(contentLength);
        }
    }

    /// <summary>Keeps what is new of bytes that lie before the app, and are still there when it reads next.</summary>
    public void Look(in ReadOnlySequence<byte> bytes, bool isEnd)
    {
        lock (Bytes)
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
        lock (Bytes)
        {
            _position += count;
        }
    }

    /// <summary>Keeps bytes that the app has taken; none at all are the end.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        lock (Bytes)
        {
            TakeAt(_position, bytes);
            _position += bytes.Length;
        }
    }

    /// <summary>Keeps what is new of the bytes that the app has read at a position: an app that rewinds reads a part twice.</summary>
    public void TakeAt(long position, ReadOnlySpan<byte> bytes)
    {
        lock (Bytes)
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

        lock (Bytes)
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
        lock (Bytes)
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
        lock (Bytes)
        {
            // It may have been evicted since the caller looked.
            return Close(whole && _state is (CaptureState.Reading or CaptureState.EndSeen));
        }
    }

    // A read that failed has decided already; only the bytes were left to give.
    protected override void NoteEviction()
    {
        if (_state is CaptureState.Reading or CaptureState.EndSeen)
        {
            _state = CaptureState.OverBudget;
        }
    }

    private void KeepAt(long position, ReadOnlySpan<byte> bytes)
    {
        _framing?.Observe(position, bytes);

        // Where the app skipped a part there is a gap. It may still come back for it.
        var known = Bytes.Length - position;
        if (known >= 0 && known < bytes.Length)
        {
            Keep(bytes[(int)known..]);
        }
    }

    private void EndAt(long position)
    {
        _framing?.End(position);
        if (_state == CaptureState.Reading && Bytes.Length == position)
        {
            _state = CaptureState.EndSeen;
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed || _state != CaptureState.Reading)
        {
            return;
        }

        var state = StateAt(Bytes.Length + bytes.Length);
        if (state != CaptureState.Reading)
        {
            GiveUp(state);
            return;
        }

        try
        {
            if (!TryHold(bytes))
            {
                GiveUp(CaptureState.OverBudget);
            }
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
        return (end ?? length) > MaxBytes ? CaptureState.TooLarge
            : length > end ? CaptureState.Streaming
            : CaptureState.Reading;
    }

    private void GiveUp(CaptureState state)
    {
        _state = state;
        Close(whole: false);
    }
}
