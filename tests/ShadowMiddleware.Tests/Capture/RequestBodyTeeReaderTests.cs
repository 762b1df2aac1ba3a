using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

public sealed class RequestBodyTeeReaderTests : IDisposable
{
    private readonly byte[] _bytes = Bytes.Of(10_000);
    private readonly CountingMemoryPool _memory = new();
    private readonly Pipe _server = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly BlockPool _pool;
    private readonly BodyCapture _capture;
    private readonly RequestBodyTeeReader _reader;

    public RequestBodyTeeReaderTests()
    {
        _pool = new BlockPool(new ByteBudget(1_000_000), _memory);
        _capture = new BodyCapture(_pool, maxBytes: 100_000);
        _reader = new RequestBodyTeeReader(_server.Reader, _capture);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _capture.Detach(whole: false);
        Assert.Equal(0, _memory.BlocksOut);
        _pool.Dispose();
        _memory.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AdvanceTo_OfAllOfTheBody_IsWhole(bool bytesComeFirst)
    {
        var reading = bytesComeFirst ? null : ReadToEndAsync(_reader);
        await WriteAsync(_bytes);
        await _server.Writer.CompleteAsync();

        Assert.Equal(_bytes, await (reading ?? ReadToEndAsync(_reader)));
        Assert.Equal(CaptureState.EndSeen, _capture.State);
        AssertCaptured(_bytes);
    }

    [Fact]
    public async Task AdvanceTo_OfNothing_LeavesAllToTheNextReader()
    {
        await WriteAsync(_bytes);
        var result = await _reader.ReadAsync(Token);

        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        await _server.Writer.CompleteAsync();

        Assert.Equal(CaptureState.Reading, _capture.State);
        Assert.Equal(_bytes, await ReadToEndAsync(_server.Reader));
        AssertCaptured(_bytes);
    }

    [Fact]
    public async Task Reads_OfTheSameBytes_KeepEachOnce()
    {
        await WriteAsync(_bytes);
        await _server.Writer.CompleteAsync();

        for (var consumed = 0; consumed < _bytes.Length; consumed += 1_000)
        {
            Assert.True(_reader.TryRead(out var result));
            Assert.Equal(_bytes.Length - consumed, result.Buffer.Length);
            _reader.AdvanceTo(result.Buffer.GetPosition(1_000), result.Buffer.End);
        }

        Assert.Equal(CaptureState.EndSeen, _capture.State);
        AssertCaptured(_bytes);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(10, true)]
    [InlineData(6, true)]
    public async Task Reads_OfABodyThatArrivesInParts_KeepThemAll(int consumed, bool examines)
    {
        for (var i = 0; i < 3; i++)
        {
            await WriteAsync(_bytes[(i * 10)..((i + 1) * 10)]);
            Assert.True(_reader.TryRead(out var part));
            var position = part.Buffer.GetPosition(consumed);
            if (examines)
            {
                _reader.AdvanceTo(position, part.Buffer.End);
            }
            else
            {
                _reader.AdvanceTo(position);
            }
        }

        await _server.Writer.CompleteAsync();
        await ReadToEndAsync(_reader);

        Assert.Equal(CaptureState.EndSeen, _capture.State);
        AssertCaptured(_bytes[..30]);
    }

    [Fact]
    public async Task Read_OfBytesThatTheAppDecodesInPlace_KeepsThemAsTheyCame()
    {
        await WriteAsync(_bytes);
        var result = await _reader.ReadAsync(Token);

        MemoryMarshal.AsMemory(result.Buffer.First).Span.Clear();
        _reader.AdvanceTo(result.Buffer.Start);
        await _reader.ReadAsync(Token);

        AssertCaptured(_bytes);
    }

    [Fact]
    public async Task ReadAsync_OfTheEndAlone_SeesIt()
    {
        await _server.Writer.CompleteAsync();

        var result = await _reader.ReadAsync(Token);

        Assert.True(result.IsCompleted);
        Assert.Equal(CaptureState.EndSeen, _capture.State);
        AssertCaptured([]);
    }

    [Fact]
    public async Task Reads_ByPipeAndByStream_FeedOneCapture()
    {
        using var tee = new RequestBodyTee(_server.Reader.AsStream(leaveOpen: true), _capture);
        await WriteAsync(_bytes);
        await _server.Writer.CompleteAsync();
        var result = await _reader.ReadAsync(Token);
        _reader.AdvanceTo(result.Buffer.GetPosition(6));

        var rest = new MemoryStream();
        await tee.CopyToAsync(rest, Token);

        Assert.Equal(_bytes[6..], rest.ToArray());
        Assert.Equal(CaptureState.EndSeen, _capture.State);
        AssertCaptured(_bytes);
    }

    [Fact]
    public async Task AsStreamAndCopyTo_ReadThroughIt()
    {
        await WriteAsync(_bytes);
        await _server.Writer.CompleteAsync();
        var copy = new MemoryStream();

        await _reader.AsStream().ReadExactlyAsync(new byte[10], Token);
        await _reader.CopyToAsync(copy, Token);

        Assert.Equal(_bytes[10..], copy.ToArray());
        AssertCaptured(_bytes);
    }

    [Fact]
    public void TryRead_OfNothing_SaysSo()
    {
        Assert.False(_reader.TryRead(out _));
        Assert.Equal(CaptureState.Reading, _capture.State);
    }

    [Fact]
    public void AdvanceTo_WithoutARead_SaysWhatTheServersReaderSays()
    {
        var server = Record.Exception(() => _server.Reader.AdvanceTo(default));

        var ours = Record.Exception(() => _reader.AdvanceTo(default));

        Assert.Equal(server?.GetType(), ours?.GetType());
        Assert.Equal(server?.Message, ours?.Message);
    }

    [Fact]
    public async Task TryRead_ThatFails_FailsForTheAppAsItIs()
    {
        var fault = new IOException("broken");
        await _server.Writer.CompleteAsync(fault);

        Assert.Same(fault, Record.Exception(() => _reader.TryRead(out _)));
        Assert.Equal(CaptureState.Faulted, _capture.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadAsync_ThatFails_FailsForTheAppAsItIs(bool failsAtOnce)
    {
        var fault = new IOException("broken");
        ValueTask<ReadResult> pending = default;
        if (failsAtOnce)
        {
            await _server.Writer.CompleteAsync(fault);
            Assert.Same(fault, await Record.ExceptionAsync(async () => await _reader.ReadAsync(Token)));
        }
        else
        {
            pending = _reader.ReadAsync(Token);
            await _server.Writer.CompleteAsync(fault);
            Assert.Same(fault, await Record.ExceptionAsync(async () => await pending));
        }

        Assert.Equal(CaptureState.Faulted, _capture.State);
    }

    [Fact]
    public async Task CancelPendingRead_ReachesTheServersReader()
    {
        var pending = _reader.ReadAsync(Token);

        _reader.CancelPendingRead();

        Assert.True((await pending).IsCanceled);
        Assert.Equal(CaptureState.Reading, _capture.State);
    }

    [Fact]
    public async Task Read_OfNothing_HoldsNoPlaceAmongTheCaptures()
    {
        _reader.CancelPendingRead();
        var nothing = await _reader.ReadAsync(Token);
        _reader.AdvanceTo(nothing.Buffer.End);

        Assert.False(_pool.Captures.EvictOldest(asking: new BodyCapture(_pool, maxBytes: 1)));
        await WriteAsync(_bytes);
        await _reader.ReadAsync(Token);

        Assert.Null(_capture.Older);
        AssertCaptured(_bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Complete_ReachesTheServersReader(bool asynchronously)
    {
        var fault = new InvalidOperationException("enough");

        if (asynchronously)
        {
            await _reader.CompleteAsync(fault);
        }
        else
        {
            _reader.Complete(fault);
        }

        Assert.Same(fault, await Record.ExceptionAsync(async () => await _server.Writer.FlushAsync(Token)));
        Assert.Throws<InvalidOperationException>(() => _server.Reader.TryRead(out _));
    }

    private static async Task<byte[]> ReadToEndAsync(PipeReader reader)
    {
        var read = new MemoryStream();
        while (true)
        {
            var result = await reader.ReadAsync(Token);
            read.Write(result.Buffer.ToArray());
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return read.ToArray();
            }
        }
    }

    private async Task WriteAsync(byte[] bytes) => await _server.Writer.WriteAsync(bytes, Token);

    private void AssertCaptured(byte[] expected)
    {
        var captured = _capture.Detach(whole: true)!;
        Assert.Equal(expected, Bytes.In(captured));
        captured.Release();
    }
}
