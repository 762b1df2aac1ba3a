namespace ShadowMiddleware.Capture;

/// <summary>Stands in for the stream that the app copies a body to, and keeps what that stream has taken.</summary>
internal sealed class CopyTap : Stream
{
    private readonly Stream _destination;
    private readonly BodyCapture _capture;
    private long? _position;
    private bool _hasFailed;

    /// <param name="destination">The app's own stream.</param>
    /// <param name="capture">Takes the bytes, and is told of the end.</param>
    /// <param name="position">Where in the body the copying begins; <see langword="null"/> for a body without positions.</param>
    public CopyTap(Stream destination, BodyCapture capture, long? position)
    {
        _destination = destination;
        _capture = capture;
        _position = position;
    }

    public override bool CanRead => _destination.CanRead;

    public override bool CanSeek => _destination.CanSeek;

    public override bool CanWrite => _destination.CanWrite;

    public override long Length => _destination.Length;

    public override long Position
    {
        get => _destination.Position;
        set => _destination.Position = value;
    }

    /// <summary>Lets the body copy itself to here, in its own way.</summary>
    public async Task CopyFromAsync(Stream body, int bufferSize, CancellationToken cancellationToken)
    {
        try
        {
            await body.CopyToAsync(this, bufferSize, cancellationToken);
        }
        catch (Exception exception) when (!_hasFailed)
        {
            _capture.Fault(exception);
            throw;
        }

        // Nothing taken is the end.
        Keep([]);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _destination.Write(buffer);
        }
        catch
        {
            Fail();
            throw;
        }

        KeepIfAny(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            await _destination.WriteAsync(buffer, cancellationToken);
        }
        catch
        {
            Fail();
            throw;
        }

        KeepIfAny(buffer.Span);
    }

    public override void Flush() => _destination.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _destination.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => _destination.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => _destination.Seek(offset, origin);

    public override void SetLength(long value) => _destination.SetLength(value);

    private void Fail()
    {
        _hasFailed = true;
        if (_position is null)
        {
            // The server has not consumed what was not taken; other streams have, and do not say so.
            _capture.Confuse();
        }
    }

    private void KeepIfAny(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            Keep(bytes);
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_position is { } at)
        {
            _capture.TakeAt(at, bytes);
            _position = at + bytes.Length;
        }
        else
        {
            _capture.Take(bytes);
        }
    }
}
