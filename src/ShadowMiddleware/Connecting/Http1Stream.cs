using System.Runtime.CompilerServices;
using ShadowMiddleware.Pooling;

namespace ShadowMiddleware.Connecting;

/// <summary>
/// A connection over which HTTP/1.1 is spoken, and on which no request is lost in silence: a request without content whose connection ends
/// without an answer looks to the platform's client like one that was never carried out, and it sends it again, up to three times.
/// </summary>
/// <remarks>
/// When the connection ends after a request has been written, the read fails instead of saying that it is at the end: the client does not send
/// again what fails. When it ended before, what is written goes nowhere, and the client may take another connection.
/// </remarks>
internal sealed class Http1Stream : Stream
{
    // A read is under way, or none has been yet. What is written then begins a request: the client reads ahead before it writes a request to a
    // connection that has been used.
    private const int Reading = 1;

    // A request has been written, and nothing has been read since.
    private const int Unanswered = 2;

    // The other side has closed.
    private const int Ended = 4;

    private readonly Stream _connection;
    private int _state = Reading;

    public Http1Stream(Stream connection) => _connection = connection;

    public override bool CanRead => _connection.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => _connection.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Waits until there is something, and reads none of it.
        if (buffer.IsEmpty)
        {
            return _connection.ReadAsync(buffer, cancellationToken);
        }

        Interlocked.Or(ref _state, Reading);
        var reading = _connection.ReadAsync(buffer, cancellationToken);
        return EndReadAsync(reading);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return _connection.Read(buffer);
        }

        Interlocked.Or(ref _state, Reading);
        return EndRead(_connection.Read(buffer));
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        BeginWrite() ? _connection.WriteAsync(buffer, cancellationToken) : ValueTask.CompletedTask;

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (BeginWrite())
        {
            _connection.Write(buffer);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _connection.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _connection.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _connection.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<int> EndReadAsync(ValueTask<int> reading) => EndRead(await reading);

    private int EndRead(int count)
    {
        if (count > 0)
        {
            Interlocked.And(ref _state, ~(Reading | Unanswered));
            return count;
        }

        return (Interlocked.Or(ref _state, Ended) & Unanswered) == 0
            ? 0
            : throw new HttpIOException(
                HttpRequestError.ResponseEnded,
                "The connection was closed before the request was answered. It is not sent again."
            );
    }

    // Nothing is written to a connection that ended before its request began.
    private bool BeginWrite()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if ((state & (Ended | Unanswered)) == Ended)
            {
                return false;
            }

            if (
                (state & Reading) == 0
                || (state & Unanswered) != 0
                || Interlocked.CompareExchange(ref _state, state | Unanswered, state) == state
            )
            {
                return true;
            }
        }
    }
}
