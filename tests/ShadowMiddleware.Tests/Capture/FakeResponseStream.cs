using System.Diagnostics.CodeAnalysis;

namespace ShadowMiddleware.Tests.Capture;

[SuppressMessage(
    "Usage",
    "CA2215:Dispose methods should call base class dispose",
    Justification = "Disposals are only noted."
)]
internal sealed class FakeResponseStream(FakeResponse response) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) =>
        Take("Write(array)", buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => Take("Write(span)", buffer);

    public override void WriteByte(byte value) => Take("WriteByte", [value]);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        response.Take("WriteAsync(array)", buffer.AsMemory(offset, count), cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(response.Take("WriteAsync(memory)", buffer, cancellationToken));

    public override void Flush() => Take("Flush", []);

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        response.Take("FlushAsync", default, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override ValueTask DisposeAsync()
    {
        response.Called("DisposeAsync");
        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing) => response.Called("Dispose");

    private void Take(string call, ReadOnlySpan<byte> bytes)
    {
        response.Called(call);
        response.Finish();
        response.Send(bytes);
    }
}
