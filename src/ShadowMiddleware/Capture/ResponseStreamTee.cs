using System.Diagnostics.CodeAnalysis;

namespace ShadowMiddleware.Capture;

/// <summary>
/// Stands in for the response's stream. Each write goes to the stream beneath by the same method, and is copied when that has taken it
/// and before the app has its buffer back.
/// </summary>
internal sealed class ResponseStreamTee : Stream
{
    private readonly Stream _inner;
    private readonly ResponseRecording _recording;

    public ResponseStreamTee(Stream inner, ResponseRecording recording)
    {
        _inner = inner;
        _recording = recording;
    }

    public override bool CanRead => _inner.CanRead;

    public override bool CanSeek => _inner.CanSeek;

    public override bool CanWrite => _inner.CanWrite;

    public override bool CanTimeout => _inner.CanTimeout;

    public override long Length => _inner.Length;

    public override long Position
    {
        get => _inner.Position;
        set
        {
            _recording.Abandon(ResponseCaptureState.OrderUnknown);
            _inner.Position = value;
        }
    }

    public override int ReadTimeout
    {
        get => _inner.ReadTimeout;
        set => _inner.ReadTimeout = value;
    }

    public override int WriteTimeout
    {
        get => _inner.WriteTimeout;
        set => _inner.WriteTimeout = value;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (!_recording.TryBegin())
        {
            _inner.Write(buffer, offset, count);
            return;
        }

        try
        {
            _inner.Write(buffer, offset, count);
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }

        _recording.Keep(buffer, offset, count);
        _recording.EndStreamWrite();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!_recording.TryBegin())
        {
            _inner.Write(buffer);
            return;
        }

        try
        {
            _inner.Write(buffer);
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }

        _recording.Keep(buffer);
        _recording.EndStreamWrite();
    }

    public override void WriteByte(byte value)
    {
        if (!_recording.TryBegin())
        {
            _inner.WriteByte(value);
            return;
        }

        try
        {
            _inner.WriteByte(value);
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }

        _recording.Keep(new ReadOnlySpan<byte>(in value));
        _recording.EndStreamWrite();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (!_recording.TryBegin())
        {
            return _inner.WriteAsync(buffer, offset, count, cancellationToken);
        }

        Task pending;
        try
        {
            pending = _inner.WriteAsync(buffer, offset, count, cancellationToken);
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }

        // Also while it is pending: the server has put the bytes in their place already, and later ones may come before it completes.
        _recording.Keep(buffer, offset, count);
        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(new ValueTask(pending)).AsTask();
        }

        _recording.EndStreamWrite();
        return pending;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_recording.TryBegin())
        {
            return _inner.WriteAsync(buffer, cancellationToken);
        }

        ValueTask pending;
        try
        {
            pending = _inner.WriteAsync(buffer, cancellationToken);
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }

        _recording.Keep(buffer);
        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(pending);
        }

        _recording.EndStreamWrite();
        return pending;
    }

    // The base class would turn these into synchronous writes, which servers forbid.
    public override IAsyncResult BeginWrite(
        byte[] buffer,
        int offset,
        int count,
        AsyncCallback? callback,
        object? state
    ) => TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    public override void Flush()
    {
        try
        {
            _inner.Flush();
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _recording.Watch(_inner.FlushAsync(cancellationToken));
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        _recording.Abandon(ResponseCaptureState.OrderUnknown);
        return _inner.Seek(offset, origin);
    }

    public override void SetLength(long value)
    {
        _recording.Abandon(ResponseCaptureState.OrderUnknown);
        _inner.SetLength(value);
    }

    public override int Read(byte[] buffer, int offset, int count) => _inner.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => _inner.Read(buffer);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _inner.ReadAsync(buffer, cancellationToken);

    // An app that disposes the body disposes what it would have disposed without us. The base class would do it synchronously.
    [SuppressMessage(
        "Usage",
        "CA2215:Dispose methods should call base class dispose",
        Justification = "The base class holds nothing."
    )]
    public override ValueTask DisposeAsync() => _inner.DisposeAsync();

    [SuppressMessage(
        "Usage",
        "CA2215:Dispose methods should call base class dispose",
        Justification = "The base class holds nothing."
    )]
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }
    }

    private async ValueTask AwaitAsync(ValueTask pending)
    {
        try
        {
            await pending.ConfigureAwait(false);
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }

        _recording.EndStreamWrite();
    }
}
