using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ShadowMiddleware.Capture;

/// <summary>
/// Stands in for the server's own reader of the body and copies what the app looks at, when it looks. The server's reader stays
/// what the app reads from, so that what the app has only looked at is there for whoever reads next, by pipe or by stream.
/// </summary>
internal sealed class RequestBodyTeeReader : PipeReader
{
    private readonly PipeReader _inner;
    private readonly BodyCapture _capture;
    private ReadOnlySequence<byte> _unconsumed;

    public RequestBodyTeeReader(PipeReader inner, BodyCapture capture)
    {
        _inner = inner;
        _capture = capture;
    }

    public override bool TryRead(out ReadResult result)
    {
        try
        {
            if (!_inner.TryRead(out result))
            {
                return false;
            }
        }
        catch (Exception exception)
        {
            _capture.Fault(exception);
            throw;
        }

        Observe(result);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> pending;
        try
        {
            pending = _inner.ReadAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            _capture.Fault(exception);
            throw;
        }

        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(pending);
        }

#pragma warning disable MA0042 // It has completed: nothing is waited for.
        var result = pending.Result;
#pragma warning restore MA0042
        Observe(result);
        return new ValueTask<ReadResult>(result);
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        Consume(consumed);
        _inner.AdvanceTo(consumed);
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        Consume(consumed);
        _inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => _inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => _inner.CompleteAsync(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> pending)
    {
        ReadResult result;
        try
        {
            result = await pending;
        }
        catch (Exception exception)
        {
            _capture.Fault(exception);
            throw;
        }

        Observe(result);
        return result;
    }

    // Now, and not when the app takes them: form readers decode in place, in the server's own memory.
    private void Observe(in ReadResult result)
    {
        _unconsumed = result.Buffer;
        _capture.Look(result.Buffer, isEnd: result.IsCompleted);
    }

    private void Consume(SequencePosition consumed)
    {
        try
        {
            _capture.Advance(_unconsumed.Slice(_unconsumed.Start, consumed).Length);
        }
        catch (Exception)
        {
            // A position that is none of this read: the server's reader says so to the app in its own words.
        }

        _unconsumed = default;
    }
}
