using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The stream is memory."
)]
internal sealed class FakeResponseWriter(FakeResponse response) : PipeWriter
{
    private const int BlockSize = 512;
    private readonly MemoryStream _held = new();
    private Memory<byte> _lent;

    public override bool CanGetUnflushedBytes =>
        response.UnflushedFault is null ? response.TellsUnflushedBytes : throw response.UnflushedFault;

    public override long UnflushedBytes =>
        response.TellsUnflushedBytes ? _held.Length : throw new NotSupportedException();

    /// <summary>What the next flush says.</summary>
    public FlushResult Result { get; set; }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        response.Called($"GetMemory({sizeHint})");
        return _lent = new byte[Math.Max(sizeHint, BlockSize)];
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        response.Called($"Advance({bytes})");
        _held.Write(_lent.Span[..bytes]);
        _lent.Span[..bytes].Fill(CountingMemoryPool.Rubbish);
        _lent = _lent[bytes..];
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        TakeAsync("Writer.FlushAsync", default, cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source,
        CancellationToken cancellationToken = default
    ) => TakeAsync("Writer.WriteAsync", source, cancellationToken);

    public override void CancelPendingFlush() => response.Called("CancelPendingFlush");

    public override void Complete(Exception? exception = null)
    {
        response.Called($"Complete({exception?.Message})");
        SendHeld();
    }

    public override async ValueTask CompleteAsync(Exception? exception = null) =>
        await response.Take($"Writer.CompleteAsync({exception?.Message})", default, CancellationToken.None);

    public void SendHeld()
    {
        response.Send(_held.ToArray());
        _held.SetLength(0);
    }

    private ValueTask<FlushResult> TakeAsync(string call, ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        var taking = response.Take(call, bytes, token);
        return taking.IsCompletedSuccessfully ? new ValueTask<FlushResult>(Result) : LaterAsync(taking);
    }

    private async ValueTask<FlushResult> LaterAsync(Task taking)
    {
        await taking;
        return Result;
    }
}
