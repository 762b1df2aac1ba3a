using System.Diagnostics.CodeAnalysis;

namespace ShadowMiddleware.Capture;

/// <summary>
/// Stands in for the request's body and copies what the app reads, when the app reads it. It never reads on its own account, changes
/// no result, and stops copying at the first byte that it cannot keep. Every read goes through it because neither CopyTo nor
/// CopyToAsync is overridden: they read.
/// </summary>
internal sealed class RequestBodyTee : Stream
{
    private readonly Stream _inner;
    private readonly BlockPool _pool;
    private readonly long _maxBytes;

    // Guards the capture against an app that still reads after its request has ended. Held for a copy in memory, never across I/O.
    // The buffer is its own lock: nobody else locks it, and a lock object would be an allocation more per request.
    private readonly PooledBodyBuffer _captured;
    private bool _detached;
    private CaptureState _state;

    public RequestBodyTee(Stream inner, BlockPool pool, long maxBytes)
    {
        _inner = inner;
        _pool = pool;
        _maxBytes = maxBytes;
        _captured = new PooledBodyBuffer(pool);
    }

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

    public CaptureState State
    {
        get
        {
            lock (_captured)
            {
                return _state;
            }
        }
    }

    public long CapturedBytes
    {
        get
        {
            lock (_captured)
            {
                return _detached ? 0 : _captured.Length;
            }
        }
    }

    /// <summary>The neighbours in the list of <see cref="OpenCaptures"/>, which alone sets them.</summary>
    internal RequestBodyTee? Older { get; set; }

    /// <inheritdoc cref="Older" />
    internal RequestBodyTee? Newer { get; set; }

    /// <summary>Gives up the bytes for a younger capture's sake, unless the app is reading at this very moment.</summary>
    internal bool TryEvict()
    {
        if (!Monitor.TryEnter(_captured))
        {
            return false;
        }

        try
        {
            if (_detached || _captured.Length == 0)
            {
                return false;
            }

            // A read that failed has decided already; only the bytes are left to give.
            Free(_state is CaptureState.Reading or CaptureState.EndSeen ? CaptureState.OverBudget : _state);
            return true;
        }
        finally
        {
            Monitor.Exit(_captured);
        }
    }

    /// <summary>Adds bytes that were read past the tee, directly behind those that went through it.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_captured)
        {
            Keep(bytes);
        }
    }

    /// <summary>Says that nothing follows the bytes that were appended.</summary>
    public void MarkEnd()
    {
        lock (_captured)
        {
            if (_state == CaptureState.Reading)
            {
                _state = CaptureState.EndSeen;
            }
        }
    }

    /// <summary>
    /// Ends the capture: what the app reads from now on is not copied. With <paramref name="whole"/> the caller owns the captured
    /// body; without it, or when the bytes were given up, it gets nothing and the pool has its blocks back.
    /// </summary>
    public PooledBodyBuffer? Detach(bool whole)
    {
        lock (_captured)
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
                return _captured;
            }

            _captured.Release();
            return null;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var position = PositionBeforeRead();
        int read;
        try
        {
            read = _inner.Read(buffer);
        }
        catch (Exception exception)
        {
            Fault(exception);
            throw;
        }

        Observe(buffer, read, position);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var position = PositionBeforeRead();
        ValueTask<int> pending;
        try
        {
            pending = _inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception)
        {
            Fault(exception);
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
        return new ValueTask<int>(read);
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

    private async ValueTask<int> AwaitAsync(ValueTask<int> pending, Memory<byte> buffer, long position)
    {
        int read;
        try
        {
            read = await pending;
        }
        catch (Exception exception)
        {
            Fault(exception);
            throw;
        }

        Observe(buffer.Span, read, position);
        return read;
    }

    // Where the inner stream can seek, the app may read a part twice: only what lies behind the captured bytes is new. Where it
    // cannot, every read is new.
    private long PositionBeforeRead() => _inner.CanSeek ? _inner.Position : -1;

    private void Observe(ReadOnlySpan<byte> buffer, int read, long position)
    {
        // Pipe readers begin with a read into nothing, whose zero is not the end (dotnet/aspnetcore#41287).
        if (buffer.IsEmpty)
        {
            return;
        }

        lock (_captured)
        {
            if (_detached)
            {
                return;
            }

            var known = position < 0 ? 0 : _captured.Length - position;
            if (known < 0)
            {
                // The app skipped a part. It may still come back for it.
                return;
            }

            if (read == 0)
            {
                if (known == 0 && _state == CaptureState.Reading)
                {
                    _state = CaptureState.EndSeen;
                }
            }
            else if (known < read)
            {
                Keep(buffer[(int)known..read]);
            }
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_detached || _state != CaptureState.Reading || bytes.IsEmpty)
        {
            return;
        }

        if (_captured.Length + bytes.Length > _maxBytes)
        {
            GiveUp(CaptureState.TooLarge);
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

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (_captured.Length == 0)
        {
            _pool.Captures.Add(this);
        }

        while (!(bytes = _captured.Append(bytes)).IsEmpty)
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
        _captured.Release();
        _state = state;
    }

    private void Fault(Exception exception)
    {
        lock (_captured)
        {
            // A read that the app cancelled took nothing; the next one goes on where it stood.
            if (_state == CaptureState.Reading && exception is not OperationCanceledException)
            {
                _state = ReadFaults.IsClientGone(exception) ? CaptureState.ClientGone : CaptureState.Faulted;
            }
        }
    }
}
