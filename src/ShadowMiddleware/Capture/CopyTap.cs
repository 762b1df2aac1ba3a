namespace ShadowMiddleware.Capture;

/// <summary>Stands in for the stream that the app copies a body to, and copies what that stream has taken.</summary>
internal sealed class CopyTap : Stream
{
    private readonly Stream _destination;
    private readonly BodyCapture _capture;

    public CopyTap(Stream destination, BodyCapture capture)
    {
        _destination = destination;
        _capture = capture;
    }

    /// <summary>Whether it was the destination that failed.</summary>
    public bool HasFailed { get; private set; }

    public override bool CanRead => _destination.CanRead;

    public override bool CanSeek => _destination.CanSeek;

    public override bool CanWrite => _destination.CanWrite;

    public override long Length => _destination.Length;

    public override long Position
    {
        get => _destination.Position;
        set => _destination.Position = value;
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
            HasFailed = true;
            throw;
        }

        Keep(buffer);
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
            HasFailed = true;
            throw;
        }

        Keep(buffer.Span);
    }

    public override void Flush() => _destination.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _destination.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => _destination.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => _destination.Seek(offset, origin);

    public override void SetLength(long value) => _destination.SetLength(value);

    // Nothing written is not the end of the body.
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            _capture.Take(bytes);
        }
    }
}
