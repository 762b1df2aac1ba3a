using System.Buffers;
using System.IO.Pipelines;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>A body that has arrived whole, as the server's own reader gives it: without a copy.</summary>
internal sealed class ReplayedBodyReader : PipeReader
{
    private readonly byte[] _bytes;
    private int _consumed;

    public ReplayedBodyReader(byte[] bytes) => _bytes = bytes;

    public void Rewind() => _consumed = 0;

    public override bool TryRead(out ReadResult result)
    {
        var rest = new ReadOnlySequence<byte>(_bytes, _consumed, _bytes.Length - _consumed);
        result = new ReadResult(rest, isCanceled: false, isCompleted: true);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        TryRead(out var result);
        return new ValueTask<ReadResult>(result);
    }

    public override void AdvanceTo(SequencePosition consumed) => _consumed = consumed.GetInteger();

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => AdvanceTo(consumed);

    public override void CancelPendingRead() { }

    public override void Complete(Exception? exception = null) { }
}
