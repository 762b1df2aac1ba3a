using System.IO.Pipelines;

namespace ShadowMiddleware.Capture;

/// <summary>
/// Stands in for the response's writer. The memory that the app fills is that of the writer beneath, and all else goes there too: the
/// tee has no buffer of its own that could change the order of bytes, or lose them.
/// </summary>
internal sealed class ResponseWriterTee : PipeWriter
{
    private readonly PipeWriter _inner;
    private readonly ResponseRecording _recording;

    public ResponseWriterTee(PipeWriter inner, ResponseRecording recording)
    {
        _inner = inner;
        _recording = recording;
    }

    // Serializers ask when to flush; without an answer JSON is refused.
    public override bool CanGetUnflushedBytes => _inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => _inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var memory = _inner.GetMemory(sizeHint);
        _recording.Lend(memory);
        return memory;
    }

    // A span cannot be kept until Advance. It is that of the same memory.
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (!_recording.TryBegin())
        {
            _inner.Advance(bytes);
            return;
        }

        _recording.KeepLent(bytes);
        try
        {
            _inner.Advance(bytes);
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }

        _recording.EndWriterWrite(_inner);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _recording.Lend(default);
        ValueTask<FlushResult> pending;
        try
        {
            pending = _inner.FlushAsync(cancellationToken);
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }

        return pending.IsCompletedSuccessfully || !_recording.IsOn ? pending : AwaitFlushAsync(pending);
    }

    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source,
        CancellationToken cancellationToken = default
    )
    {
        _recording.Lend(default);
        if (!_recording.TryBegin())
        {
            return _inner.WriteAsync(source, cancellationToken);
        }

        ValueTask<FlushResult> pending;
        try
        {
            pending = _inner.WriteAsync(source, cancellationToken);
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }

        _recording.Keep(source);
        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(pending);
        }

        _recording.EndWriterWrite(_inner);
        return pending;
    }

    public override void CancelPendingFlush() => _inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        NoteFailure(exception);
        _inner.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        NoteFailure(exception);
        return _inner.CompleteAsync(exception);
    }

    private void NoteFailure(Exception? exception)
    {
        if (exception is not null)
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
        }
    }

    // A flush that fails, or that is given up, may have broken the connection while the app goes on as if nothing were.
    private async ValueTask<FlushResult> AwaitFlushAsync(ValueTask<FlushResult> pending)
    {
        try
        {
            return await pending.ConfigureAwait(false);
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }
    }

    private async ValueTask<FlushResult> AwaitAsync(ValueTask<FlushResult> pending)
    {
        FlushResult result;
        try
        {
            result = await pending.ConfigureAwait(false);
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }

        _recording.EndWriterWrite(_inner);
        return result;
    }
}
