using System.Diagnostics.CodeAnalysis;

namespace ShadowMiddleware.Tests.Capture;

/// <summary>A body as a server gives it: forward only, in pieces, ready at once or later, and sometimes broken.</summary>
[SuppressMessage(
    "Usage",
    "CA2215:Dispose methods should call base class dispose",
    Justification = "Disposals are counted apart."
)]
internal sealed class ScriptedStream(byte[] bytes, int pieceSize = int.MaxValue) : Stream
{
    private int _position;

    /// <summary>Whether reads complete later, on another thread.</summary>
    public bool IsAsync { get; init; }

    /// <summary>What a read throws once <see cref="FaultAt"/> bytes were read.</summary>
    public Exception? Fault { get; set; }

    public int FaultAt { get; init; }

    /// <summary>Whether the fault is thrown by the call itself, rather than by the task it returns.</summary>
    public bool FaultsAtOnce { get; init; }

    /// <summary>Holds asynchronous reads back until it completes.</summary>
    public Task Gate { get; init; } = Task.CompletedTask;

    public int ZeroByteReads { get; private set; }

    public int SynchronousReads { get; private set; }

    public int Disposals { get; private set; }

    public int AsyncDisposals { get; private set; }

    public CancellationToken LastToken { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        SynchronousReads++;
        return Next(buffer);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        LastToken = cancellationToken;
        if (FaultsAtOnce && IsFaultDue)
        {
            throw Fault!;
        }

        return IsAsync ? LaterAsync(buffer, cancellationToken) : NowAsync(buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override ValueTask DisposeAsync()
    {
        AsyncDisposals++;
        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing) => Disposals++;

    private bool IsFaultDue => Fault is not null && _position >= FaultAt;

    private ValueTask<int> NowAsync(Memory<byte> buffer)
    {
        try
        {
            return new ValueTask<int>(Next(buffer.Span));
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<int>(exception);
        }
    }

    private async ValueTask<int> LaterAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        await Task.Yield();
        return Next(buffer.Span);
    }

    private int Next(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            ZeroByteReads++;
            return 0;
        }

        if (IsFaultDue)
        {
            throw Fault!;
        }

        var untilFault = Fault is null ? int.MaxValue : FaultAt - _position;
        var count = Math.Min(Math.Min(buffer.Length, pieceSize), Math.Min(bytes.Length - _position, untilFault));
        bytes.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
