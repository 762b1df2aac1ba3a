using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

// Every door is tried, those that nobody should use included.
#pragma warning disable CA1835, CA1849, MA0042
/// <summary>Writes that fail, writes at the same time, and memory that is used when it should not be: exact or not at all.</summary>
public sealed class ResponseTeeFaultTests : ResponseTeeTest
{
    private static readonly NotSupportedException Fault = new("the server's own");

    private static Dictionary<string, Func<IHttpResponseBodyFeature, Task>> Calls { get; } =
        new()
        {
            ["Write(array)"] = body => Call(() => body.Stream.Write([1], 0, 1)),
            ["Write(span)"] = body => Call(() => body.Stream.Write([1])),
            ["WriteByte"] = body => Call(() => body.Stream.WriteByte(1)),
            ["WriteAsync(array)"] = body => body.Stream.WriteAsync([1], 0, 1, Token),
            ["WriteAsync(memory)"] = body => body.Stream.WriteAsync(new byte[1], Token).AsTask(),
            ["Flush"] = body => Call(body.Stream.Flush),
            ["FlushAsync"] = body => body.Stream.FlushAsync(Token),
            ["Advance"] = body => Call(() => body.Writer.Advance(0)),
            ["Writer.WriteAsync"] = body => body.Writer.WriteAsync(new byte[1], Token).AsTask(),
            ["Writer.FlushAsync"] = body => body.Writer.FlushAsync(Token).AsTask(),
            ["StartAsync"] = body => body.StartAsync(Token),
            ["CompleteAsync"] = body => body.CompleteAsync(),
        };

    public static MatrixTheoryData<string, bool> FaultyCalls { get; } = new(Calls.Keys, [false, true]);

    public static MatrixTheoryData<string, string> Overlaps { get; } =
        new(["Write(span)", "WriteAsync(memory)", "Writer.WriteAsync", "Advance"], ["stream", "writer"]);

    [Theory]
    [MemberData(nameof(FaultyCalls))]
    public async Task Call_ThatFails_GivesTheAppTheServersExceptionAndIsNotCaptured(string call, bool atOnce)
    {
        await Tee.Stream.WriteAsync(Bytes.Of(5000), Token);
        Response.Fault = Fault;
        Response.FaultsAtOnce = atOnce;

        var thrown = await Record.ExceptionAsync(() => Calls[call](Tee));

        Assert.Same(Fault, thrown);
        Assert.Equal(ResponseCaptureState.Incomplete, Tee.State);
        Assert.Equal(0, Memory.BlocksOut);
        Assert.Null(End());
    }

    [Theory]
    [MemberData(nameof(FaultyCalls))]
    public async Task Call_ThatIsGivenUp_IsCancelledForTheAppToo(string call, bool atOnce)
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        Response.Fault = new OperationCanceledException(source.Token);
        Response.FaultsAtOnce = atOnce;

        var thrown = await Record.ExceptionAsync(() => Calls[call](Tee));

        Assert.Equal(source.Token, Assert.IsType<OperationCanceledException>(thrown).CancellationToken);
        Assert.Null(End());
    }

    [Fact]
    public async Task Complete_WithAnException_IsNotCaptured()
    {
        await Tee.Stream.WriteAsync(Bytes.Of(10), Token);
        Tee.Writer.Complete(Fault);

        Assert.Equal("Complete(the server's own)", Response.Calls[^1]);
        Assert.Null(End());
    }

    [Fact]
    public async Task CompleteAsync_WithAnException_IsNotCaptured()
    {
        await Tee.Stream.WriteAsync(Bytes.Of(10), Token);
        await Tee.Writer.CompleteAsync(Fault);

        Assert.Equal("Writer.CompleteAsync(the server's own)", Response.Calls[^1]);
        Assert.Null(End());
    }

    [Theory]
    [MemberData(nameof(Overlaps))]
    public async Task Write_WhileAnotherIsPending_GoesToTheServerAndIsNotCaptured(string second, string first)
    {
        var gate = new TaskCompletionSource();
        Response.Gate = gate.Task;
        var pending =
            first == "stream"
                ? Tee.Stream.WriteAsync(new byte[3], Token).AsTask()
                : Tee.Writer.WriteAsync(new byte[3], Token).AsTask();

        // The server has the bytes before the call returns, as without us.
        Assert.Equal(3, Response.Wire.Length);
        Assert.Equal(3, Tee.CapturedBytes);

        var other = Calls[second](Tee);

        Assert.Equal(ResponseCaptureState.OrderUnknown, Tee.State);
        gate.SetResult();
        await Soon.Ends(Task.WhenAll(pending, other));
        Assert.Null(End());
        Assert.Equal(second == "Advance" ? 3 : 4, Response.Wire.Length);
    }

    [Fact]
    public async Task Write_AfterAPendingOneHasEnded_IsCaptured()
    {
        var gate = new TaskCompletionSource();
        Response.Gate = gate.Task;
        var pending = Tee.Stream.WriteAsync("abc"u8.ToArray(), Token);
        gate.SetResult();
        await pending;

        await Tee.Stream.WriteAsync("def"u8.ToArray(), Token);

        Assert.Equal("abcdef"u8.ToArray(), End());
    }

    [Fact]
    public async Task FlushAsync_Pending_DoesNotStandInTheWayOfWrites()
    {
        var gate = new TaskCompletionSource();
        Response.Gate = gate.Task;
        var pending = Tee.Writer.FlushAsync(Token);
        Tee.Writer.Write("abc"u8);
        gate.SetResult();
        await pending;

        Assert.Equal("abc"u8.ToArray(), End());
    }

    [Theory]
    [InlineData("flush")]
    [InlineData("write")]
    [InlineData("stream")]
    public async Task Advance_OfMemoryFromBeforeAnotherCall_IsNotCaptured(string between)
    {
        Tee.Writer.GetMemory(10);
        switch (between)
        {
            case "flush":
                await Tee.Writer.FlushAsync(Token);
                break;
            case "write":
                await Tee.Writer.WriteAsync("x"u8.ToArray(), Token);
                break;
            default:
                await Tee.Stream.WriteAsync("x"u8.ToArray(), Token);
                break;
        }

        Tee.Writer.Advance(5);

        Assert.Equal("Advance(5)", Response.Calls[^1]);
        Assert.Equal(ResponseCaptureState.OrderUnknown, Tee.State);
        Assert.Null(End());
    }

    [Fact]
    public void Advance_ByMoreThanWasGiven_FailsAsItDoesWithoutUs()
    {
        Tee.Writer.GetMemory(10);

        Assert.Throws<ArgumentOutOfRangeException>(() => Tee.Writer.Advance(100_000));
        Assert.Null(End());
    }

    [Fact]
    public void Advance_ByLessThanNothing_FailsAsItDoesWithoutUs()
    {
        Tee.Writer.GetMemory(10);

        Assert.Throws<ArgumentOutOfRangeException>(() => Tee.Writer.Advance(-1));
        Assert.Null(End());
    }

    [Fact]
    public void Advance_WithMemoryThatIsGone_GoesToTheServerAllTheSame()
    {
        using var gone = new GoneMemory();
        var writer = new LendingWriter(gone);
        Inner = new LendingBody(writer);
        Tee.Writer.GetMemory();

        Tee.Writer.Advance(1);

        Assert.Equal(1, writer.Advanced);
        Assert.Equal(ResponseCaptureState.Incomplete, Tee.State);
        Assert.Null(End());
    }

    [Fact]
    public async Task Write_OfAnArrayThatTheStreamTakesUnseen_IsNotCaptured()
    {
        Inner = new StreamResponseBodyFeature(Stream.Null);

        Tee.Stream.Write(new byte[3], 2, 100);
        await Tee.Stream.WriteAsync(null!, 0, 100, Token);

        Assert.Equal(ResponseCaptureState.Incomplete, Tee.State);
        Assert.Null(End());
    }

    [Fact]
    public async Task Stream_ThatCanSeek_IsCapturedUntilSomebodySeeks()
    {
        using var buffer = new MemoryStream();
        Inner = new StreamResponseBodyFeature(buffer);
        await Tee.Stream.WriteAsync("abc"u8.ToArray(), Token);

        Assert.True(Tee.Stream is { CanSeek: true, CanRead: true, CanWrite: true, CanTimeout: false });
        Assert.Equal((3, 3), (Tee.Stream.Length, Tee.Stream.Position));
        Assert.Equal(ResponseCaptureState.Writing, Tee.State);
        Tee.Stream.SetLength(0);

        Assert.Equal(0, buffer.Length);
        Assert.Equal(ResponseCaptureState.OrderUnknown, Tee.State);
        Assert.Null(End());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_AfterASeek_IsNotCaptured(bool byPosition)
    {
        using var buffer = new MemoryStream();
        Inner = new StreamResponseBodyFeature(buffer);
        await Tee.Stream.WriteAsync("abc"u8.ToArray(), Token);

        if (byPosition)
        {
            Tee.Stream.Position = 1;
        }
        else
        {
            Tee.Stream.Seek(1, SeekOrigin.Begin);
        }

        await Tee.Stream.WriteAsync("X"u8.ToArray(), Token);
        var read = Tee.Stream.ReadByte();

        Assert.Equal('c', read);
        Assert.Equal("aXc"u8, buffer.ToArray());
        Assert.Null(End());
    }

    [Fact]
    public async Task Write_OnManyThreadsWhileTheCaptureEnds_NeverThrowsAndGivesEverythingBack()
    {
        var feature = new StreamResponseBodyFeature(Stream.Null);
        for (var i = 0; i < 200; i++)
        {
            var context = FakeResponse.Context(Response, feature);
            var tee = ResponseBodyTee.Begin(context, Pool, MaxBytes);
            var stream = tee.Stream;
            var writing = Enumerable
                .Range(0, 4)
                .Select(_ => Task.Run(() => stream.Write(new byte[500]), Token))
                .ToList();

            tee.End(context, returned: true)?.Release();
            await Soon.Ends(Task.WhenAll(writing));

            Assert.Equal(0, Memory.BlocksOut);
        }

        End();
    }

    private static Task Call(Action call)
    {
        call();
        return Task.CompletedTask;
    }

    private sealed class GoneMemory : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => throw new ObjectDisposedException(nameof(GoneMemory));

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() { }

        public Memory<byte> OfLength(int length) => CreateMemory(length);

        protected override void Dispose(bool disposing) { }
    }

    private sealed class LendingWriter(GoneMemory memory) : PipeWriter
    {
        public int Advanced { get; private set; }

        public override Memory<byte> GetMemory(int sizeHint = 0) => memory.OfLength(10);

        public override Span<byte> GetSpan(int sizeHint = 0) => default;

        public override void Advance(int bytes) => Advanced += bytes;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

        public override void CancelPendingFlush() { }

        public override void Complete(Exception? exception = null) { }
    }

    private sealed class LendingBody(PipeWriter writer) : IHttpResponseBodyFeature
    {
        public Stream Stream => Stream.Null;

        public PipeWriter Writer => writer;

        public void DisableBuffering() { }

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task SendFileAsync(
            string path,
            long offset,
            long? count,
            CancellationToken cancellationToken = default
        ) => Task.CompletedTask;

        public Task CompleteAsync() => Task.CompletedTask;
    }
}
