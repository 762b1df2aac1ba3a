using System.Diagnostics.CodeAnalysis;

namespace ShadowMiddleware.Capture;

/// <summary>
/// Stands in for the request's body and copies what the app reads, when the app reads it. It never reads on its own account and
/// changes no result.
/// </summary>
internal sealed class RequestBodyTee : Stream
{
    private readonly Stream _inner;
    private int _reads;

    public RequestBodyTee(Stream inner, BodyCapture capture)
    {
        _inner = inner;
        Capture = capture;
    }

    /// <summary>Where the bytes go.</summary>
    public BodyCapture Capture { get; }

    public override bool CanRead => _inner.CanRead;

    public override bool CanSeek => _inner.CanSeek;

    public override bool CanWrite => _inner.CanWrite;

    public override bool CanTimeout => _inner.CanTimeout;

    public override long Length => _inner.Length;

    public override long Position
    {
        get => _inner.Position;
        set => _inner.Position = value;
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

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        Begin();
        try
        {
            var position = PositionBeforeRead();
            var read = _inner.Read(buffer);
            Observe(buffer, read, position);
            return read;
        }
        catch (Exception exception)
        {
            Capture.Fault(exception);
            throw;
        }
        finally
        {
            End();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Begin();
        long? position;
        ValueTask<int> pending;
        try
        {
            position = PositionBeforeRead();
            pending = _inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception)
        {
            Capture.Fault(exception);
            End();
            throw;
        }

        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(pending, buffer, position);
        }

#pragma warning disable MA0042 // It has completed: nothing is waited for.
        var read = pending.Result;
#pragma warning restore MA0042
        Observe(buffer.Span, read, position);
        End();
        return new ValueTask<int>(read);
    }

    // Every stream copies in a way of its own: what the other side has not taken, the server has not consumed.
    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        return CopyThroughAsync(destination, bufferSize, cancellationToken);
    }

    // The base class would turn these into synchronous reads, which servers forbid.
    public override IAsyncResult BeginRead(
        byte[] buffer,
        int offset,
        int count,
        AsyncCallback? callback,
        object? state
    ) => TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override long Seek(long offset, SeekOrigin origin) => _inner.Seek(offset, origin);

    public override void SetLength(long value) => _inner.SetLength(value);

    public override void Flush() => _inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => _inner.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _inner.Write(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _inner.WriteAsync(buffer, cancellationToken);

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

    private async Task CopyThroughAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        Begin();
        try
        {
            var tap = new CopyTap(destination, Capture, PositionBeforeRead());
            await tap.CopyFromAsync(_inner, bufferSize, cancellationToken);
        }
        finally
        {
            End();
        }
    }

    private async ValueTask<int> AwaitAsync(ValueTask<int> pending, Memory<byte> buffer, long? position)
    {
        try
        {
            var read = await pending;
            Observe(buffer.Span, read, position);
            return read;
        }
        catch (Exception exception)
        {
            Capture.Fault(exception);
            throw;
        }
        finally
        {
            End();
        }
    }

    // An app must not read twice at once, and one that does must not make a copy of bytes in the wrong order.
    private void Begin()
    {
        if (Interlocked.Increment(ref _reads) > 1)
        {
            Capture.Confuse();
        }
    }

    private void End() => Interlocked.Decrement(ref _reads);

    // The app has not asked for it, so it must not get what it throws.
    private long? PositionBeforeRead()
    {
        try
        {
            return _inner.CanSeek ? _inner.Position : null;
        }
        catch (Exception)
        {
            Capture.Confuse();
            return null;
        }
    }

    private void Observe(ReadOnlySpan<byte> buffer, int read, long? position)
    {
        // Pipe readers begin with a read into nothing, whose zero is not the end (dotnet/aspnetcore#41287).
        if (buffer.IsEmpty)
        {
            return;
        }

        if (position is { } at)
        {
            Capture.TakeAt(at, buffer[..read]);
        }
        else
        {
            Capture.Take(buffer[..read]);
        }
    }
}
