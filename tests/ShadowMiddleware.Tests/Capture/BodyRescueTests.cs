using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

public sealed class BodyRescueTests : IDisposable
{
    private const long MaxBodyBytes = 100_000;
    private readonly byte[] _bytes = Bytes.Of(10_000);
    private readonly CountingMemoryPool _memory = new();
    private readonly FakeServer _server = new();
    private readonly BlockPool _pool;
    private readonly BodyCapture _capture;

    public BodyRescueTests()
    {
        _pool = new BlockPool(new ByteBudget(1_000_000), _memory);
        _capture = new BodyCapture(_pool, MaxBodyBytes);
    }

    public void Dispose()
    {
        _capture.Detach(whole: false);
        _pool.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public void Look_OfABodyThatHasArrived_TakesItAndSeesItsEnd()
    {
        _server.Receive(_bytes).End();

        BodyRescue.Look(_server.Reader, _capture, contentLength: null);

        Assert.Equal(CaptureState.EndSeen, _capture.State);
        AssertCaptured(_bytes);
    }

    [Fact]
    public void Look_OfThePartThatHasArrived_TakesItAndReturns()
    {
        _server.Receive(_bytes);

        BodyRescue.Look(_server.Reader, _capture, contentLength: null);

        Assert.Equal(CaptureState.Reading, _capture.State);
        Assert.Equal(0, _server.WaitingReads);
        AssertCaptured(_bytes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(10_000L)]
    public void Look_OfABodyWhoseNextReadWasCancelled_LeavesTheCancellationToIt(long? contentLength)
    {
        _server.Receive(_bytes).End();
        _server.Reader.CancelPendingRead();

        BodyRescue.Look(_server.Reader, _capture, contentLength);

        AssertCaptured(_bytes);
        Assert.True(_server.Reader.TryRead(out var next));
        Assert.True(next.IsCanceled);
        Assert.Equal(_bytes.Length, next.Buffer.Length);
    }

    [Fact]
    public void Look_OfABodyWithAGapThatHasEnded_Returns()
    {
        _capture.Advance(5);
        _server.Receive(_bytes).End();

        BodyRescue.Look(_server.Reader, _capture, contentLength: null);

        Assert.Equal(CaptureState.Reading, _capture.State);
        Assert.False(_capture.IsWhole(contentLength: null));
    }

    [Fact]
    public void Look_OfNothing_ReturnsAtOnce()
    {
        BodyRescue.Look(_server.Reader, _capture, contentLength: null);

        Assert.Equal(1, _server.TryReads);
        Assert.Equal(0, _server.WaitingReads);
        AssertCaptured([]);
    }

    [Fact]
    public void Look_OfTheContentLength_StopsThere()
    {
        _server.Receive(_bytes);

        BodyRescue.Look(_server.Reader, _capture, _bytes.Length);

        Assert.Equal(1, _server.TryReads);
        AssertCaptured(_bytes);
    }

    [Fact]
    public void Look_OverTheCap_GivesUp()
    {
        var capture = new BodyCapture(_pool, maxBytes: 100);
        _server.Receive(_bytes).End();

        BodyRescue.Look(_server.Reader, capture, contentLength: null);

        Assert.Equal(CaptureState.TooLarge, capture.State);
        Assert.Equal(0, _memory.BlocksOut);
        capture.Detach(whole: false);
    }

    [Fact]
    public async Task Look_LeavesEveryByteToWhoReadsNext()
    {
        _server.Receive(_bytes).End();

        BodyRescue.Look(_server.Reader, _capture, contentLength: null);

        var read = new MemoryStream();
        await _server.OwnBody.CopyToAsync(read, TestContext.Current.CancellationToken);
        Assert.Equal(_bytes, read.ToArray());
        AssertCaptured(_bytes);
    }

    [Fact]
    public void Look_OfAnAnnouncedBody_LeavesWhatHasArrivedToBeReadAtOnce()
    {
        _server.Receive(_bytes);

        BodyRescue.Look(_server.Reader, _capture, _bytes.Length + 1);

        Assert.True(_server.Reader.TryRead(out var result));
        Assert.Equal(_bytes.Length, result.Buffer.Length);
        _server.Reader.AdvanceTo(result.Buffer.Start);
        AssertCaptured(_bytes);
    }

    [Fact]
    public void Look_OfChunksThatTheServerDecodesOnlyWhenAsked_AsksForEach()
    {
        var reader = new ChunkReader(_bytes[..4_000], _bytes[4_000..9_000], _bytes[9_000..]);

        BodyRescue.Look(reader, _capture, contentLength: null);

        Assert.Equal(CaptureState.EndSeen, _capture.State);
        AssertCaptured(_bytes);
    }

    [Theory]
    [InlineData(0, 10_000L, 10_000L, true)]
    [InlineData(0, 10_000L, 9_999L, false)]
    [InlineData(0, 10_000L, null, true)]
    [InlineData(0, null, null, true)]
    [InlineData(0, null, (long)TestRescue.MostPerLook, true)]
    [InlineData(0, null, TestRescue.MostPerLook - 1L, false)]
    [InlineData(1, null, (long)TestRescue.MostPerLook, false)]
    [InlineData(1, null, TestRescue.MostPerLook + 1L, true)]
    public void MayLook_GoesByWhatALookMayCountAgainstTheServersLimit(
        long captured,
        long? contentLength,
        long? limit,
        bool expected
    )
    {
        var context = _server.CreateContext();
        _server.MaxRequestBodySize = limit;

        Assert.Equal(expected, TestRescue.Create().MayLook(context, captured, contentLength));
    }

    [Fact]
    public void MayLook_WithoutALengthAndWithoutABoundOnTheServersBuffer_NeedsAServerWithoutALimit()
    {
        var context = _server.CreateContext();
        var server = new KestrelServerOptions();
        server.Limits.MaxRequestBufferSize = null;
        var rescue = new BodyRescue(server.Limits);

        _server.MaxRequestBodySize = long.MaxValue - 1;
        Assert.False(rescue.MayLook(context, captured: 5, contentLength: null));

        Assert.False(new BodyRescue(limits: null).MayLook(context, captured: 5, contentLength: null));

        _server.MaxRequestBodySize = null;
        Assert.True(rescue.MayLook(context, captured: 5, contentLength: null));
    }

    [Theory]
    [InlineData(0, null, false)]
    [InlineData(1, null, true)]
    [InlineData(0, 10L, true)]
    public void MayLook_ForChunksThatTheClientWaitsToBeAskedFor_DoesNot(
        long captured,
        long? contentLength,
        bool expected
    )
    {
        var context = _server.CreateContext();
        context.Request.Headers.Expect = "100-continue";

        Assert.Equal(expected, TestRescue.Create().MayLook(context, captured, contentLength));
    }

    private void AssertCaptured(byte[] expected)
    {
        var captured = _capture.Detach(whole: true)!;
        Assert.Equal(expected, Bytes.In(captured));
        captured.Release();
        Assert.Equal(0, _memory.BlocksOut);
    }

    /// <summary>All chunks have arrived. As the server does it, the next is decoded when the last was examined to its end.</summary>
    private sealed class ChunkReader : PipeReader
    {
        private readonly Pipe _decoded = new();
        private readonly Queue<byte[]> _chunks;
        private SequencePosition _end;

        public ChunkReader(params byte[][] chunks)
        {
            _chunks = new Queue<byte[]>(chunks);
            Decode();
        }

        public override bool TryRead(out ReadResult result)
        {
            var isRead = _decoded.Reader.TryRead(out result);
            _end = result.Buffer.End;
            return isRead;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            _decoded.Reader.AdvanceTo(consumed, examined);
            if (examined.Equals(_end))
            {
                Decode();
            }
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("It would wait.");

        public override void CancelPendingRead() => _decoded.Reader.CancelPendingRead();

        public override void Complete(Exception? exception = null) => _decoded.Reader.Complete(exception);

        private void Decode()
        {
            if (_chunks.TryDequeue(out var chunk))
            {
                _decoded.Writer.Write(chunk);
                _ = _decoded.Writer.FlushAsync().AsTask();
            }
            else
            {
                _decoded.Writer.Complete();
            }
        }
    }
}
