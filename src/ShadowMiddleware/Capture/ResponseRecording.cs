using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Capture;

/// <summary>
/// The bytes of one response's body, in the order in which the server takes them. They are either exactly what was sent or nothing:
/// whatever leaves that open gives everything back at once and ends the recording. Nothing here throws or waits.
/// </summary>
internal sealed class ResponseRecording : OpenCapture
{
    private readonly IHeaderDictionary? _headers;

    // Why the recording is over; Writing while it is not.
    private ResponseCaptureState _state;
    private bool _isWriting;
    private PipeWriter? _writer;
    private bool _writerMayHold;
    private Memory<byte> _lent;

    /// <param name="pool">Where the blocks come from.</param>
    /// <param name="maxBytes">The longest body that is captured.</param>
    /// <param name="headers">The response's header fields: a body that is announced as too long is not begun.</param>
    public ResponseRecording(BlockPool pool, long maxBytes, IHeaderDictionary? headers)
        : base(pool, maxBytes) => _headers = headers;

    public ResponseCaptureState State
    {
        get
        {
            lock (Bytes)
            {
                return _state;
            }
        }
    }

    /// <summary>Whether there is still something to record.</summary>
    public bool IsOn => State == ResponseCaptureState.Writing;

    /// <summary>
    /// Begins a write. <see langword="false"/> when there is nothing to record any more, and then none of the other methods need be called.
    /// A write that begins before the one before it has ended has no known place.
    /// </summary>
    public bool TryBegin()
    {
        lock (Bytes)
        {
            if (!IsOn)
            {
                return false;
            }

            if (_isWriting)
            {
                Stop(ResponseCaptureState.OrderUnknown);
                return false;
            }

            _isWriting = true;
            return true;
        }
    }

    /// <summary>Keeps what was just written. Not after the caller got its buffer back.</summary>
    public void Keep(ReadOnlyMemory<byte> bytes)
    {
        lock (Bytes)
        {
            try
            {
                Append(bytes.Span);
            }
            catch (Exception)
            {
                // Memory that was taken back, headers that throw, a pool that was disposed: the app's write has succeeded all the same.
                Stop(ResponseCaptureState.Incomplete);
            }
        }
    }

    /// <inheritdoc cref="Keep(ReadOnlyMemory{byte})"/>
    public void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (Bytes)
        {
            try
            {
                Append(bytes);
            }
            catch (Exception)
            {
                Stop(ResponseCaptureState.Incomplete);
            }
        }
    }

    /// <inheritdoc cref="Keep(ReadOnlyMemory{byte})"/>
    public void Keep(byte[] buffer, int offset, int count)
    {
        lock (Bytes)
        {
            try
            {
                Append(buffer.AsSpan(offset, count));
            }
            catch (Exception)
            {
                // A stream that takes no look at what it is given.
                Stop(ResponseCaptureState.Incomplete);
            }
        }
    }

    /// <summary>Ends a write to the stream.</summary>
    public void EndStreamWrite()
    {
        lock (Bytes)
        {
            _isWriting = false;
            _lent = default;

            // Behind a server's own writer stands what stands behind its stream, and a write to the stream takes along what the writer
            // held. A writer with a buffer of its own still holds it: those bytes, recorded first, are sent last.
            if (IsOn && WriterHolds())
            {
                Stop(ResponseCaptureState.OrderUnknown);
            }
        }
    }

    /// <summary>Ends a write to the writer, which may hold the bytes until it is flushed.</summary>
    public void EndWriterWrite(PipeWriter writer)
    {
        lock (Bytes)
        {
            _isWriting = false;
            _writer = writer;
            _writerMayHold = true;
        }
    }

    /// <summary>Notes the memory that the app now fills. It belongs to the app until it advances, so it is copied then and not after.</summary>
    public void Lend(Memory<byte> memory)
    {
        lock (Bytes)
        {
            _lent = IsOn ? memory : default;
        }
    }

    /// <summary>Keeps the bytes that the app put into the memory that it was lent.</summary>
    public void KeepLent(int count)
    {
        lock (Bytes)
        {
            if ((uint)count > (uint)_lent.Length)
            {
                // It writes into memory that it got before a flush, or before a write to the stream: nobody knows what is there now.
                Stop(ResponseCaptureState.OrderUnknown);
                return;
            }

            var filled = _lent[..count];
            _lent = _lent[count..];
            Keep(filled);
        }
    }

    /// <summary>
    /// Waits, as the app does, for what neither writes nor holds bytes but can break the response: when it fails, the server may send
    /// something else, or no more.
    /// </summary>
    public Task Watch(Task pending) => pending.IsCompletedSuccessfully || !IsOn ? pending : WatchAsync(pending);

    /// <summary>Gives all back and records no more. The first reason stays.</summary>
    public void Abandon(ResponseCaptureState reason)
    {
        lock (Bytes)
        {
            Stop(reason);
        }
    }

    /// <summary>Whether the writer still holds bytes that nobody flushed.</summary>
    public bool HoldsUnflushedBytes()
    {
        lock (Bytes)
        {
            return WriterHolds();
        }
    }

    /// <summary>
    /// Ends the recording: what the app writes from now on is not copied. The caller owns what is returned; <see langword="null"/>
    /// when the body was not captured whole, or was taken already.
    /// </summary>
    public PooledBodyBuffer? Detach()
    {
        lock (Bytes)
        {
            if (_isWriting)
            {
                // Nobody has waited for this write, so nobody knows its outcome.
                Stop(ResponseCaptureState.Incomplete);
            }

            if (!IsOn)
            {
                return null;
            }

            _state = ResponseCaptureState.Whole;
            _lent = default;
            return Close(whole: true);
        }
    }

    protected override void NoteEviction()
    {
        _state = ResponseCaptureState.OverBudget;
        _lent = default;
    }

    private async Task WatchAsync(Task pending)
    {
        try
        {
            await pending.ConfigureAwait(false);
        }
        catch
        {
            Abandon(ResponseCaptureState.Incomplete);
            throw;
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (!IsOn || bytes.IsEmpty)
        {
            return;
        }

        var isFirst = Bytes.Length == 0;
        if ((isFirst && _headers?.ContentLength > MaxBytes) || Bytes.Length + bytes.Length > MaxBytes)
        {
            Stop(ResponseCaptureState.TooLarge);
        }
        else if (!TryHold(bytes))
        {
            Stop(ResponseCaptureState.OverBudget);
        }
    }

    private bool WriterHolds()
    {
        if (!_writerMayHold)
        {
            return false;
        }

        try
        {
            _writerMayHold = !_writer!.CanGetUnflushedBytes || _writer.UnflushedBytes != 0;
        }
        catch (Exception)
        {
            // A writer that cannot be asked any more may still hold something.
            return true;
        }

        return _writerMayHold;
    }

    private void Stop(ResponseCaptureState reason)
    {
        if (IsOn)
        {
            _state = reason;
            _lent = default;
            Close(whole: false);
        }
    }
}
