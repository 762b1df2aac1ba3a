using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

// Every door is tried, those that nobody should use included.
#pragma warning disable CA1835, CA1849, MA0042
/// <summary>Writing through the tee: what the server gets, and what is captured of it.</summary>
public sealed class ResponseBodyTeeTests : ResponseTeeTest
{
    private const int BodyLength = 10_000;
    private readonly byte[] _bytes = Bytes.Of(BodyLength);

    public static MatrixTheoryData<string, bool> Doors { get; } = new(WriteDoors.All.Keys, [false, true]);

    public static TheoryData<string> Orders => [.. Mixed.Orders(5)];

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Write_ByAnyDoor_GivesTheServerAndTheCaptureEveryByte(string door, bool isAsync)
    {
        Response.IsAsync = isAsync;

        await WriteDoors.All[door](Tee, _bytes);
        var captured = End();
        Response.Finish();

        Assert.Equal(_bytes, Response.Wire);
        Assert.Equal(_bytes, captured);
        Assert.Equal(ResponseCaptureState.Whole, Tee.State);
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Write_ByAnyDoor_MakesTheCallsThatTheAppMade(string door, bool isAsync)
    {
        var bare = new FakeResponse();
        bare.IsAsync = Response.IsAsync = isAsync;

        await WriteDoors.All[door](bare, _bytes);
        await WriteDoors.All[door](Tee, _bytes);
        End();

        // The default of an asynchronous call in the old pattern is a synchronous one on another thread.
        var expected = bare.Calls.Select(call => door == "BeginWrite" ? "WriteAsync(array)" : call);
        Assert.Equal(expected, Response.Calls);
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Write_BehindTheCap_StillGivesTheServerEveryByte(string door, bool isAsync)
    {
        MaxBytes = BodyLength / 2;
        Response.IsAsync = isAsync;

        await WriteDoors.All[door](Tee, _bytes);

        Assert.Equal(ResponseCaptureState.TooLarge, Tee.State);
        Assert.Equal(0, Memory.BlocksOut);
        Assert.Null(End());
        Response.Finish();
        Assert.Equal(_bytes, Response.Wire);
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Write_AfterTheEnd_StillGoesToTheServer(string door, bool isAsync)
    {
        await Tee.Stream.WriteAsync(_bytes, Token);
        var captured = End();
        Response.IsAsync = isAsync;

        await WriteDoors.All[door](Tee, _bytes);
        Response.Finish();

        Assert.Equal([.. _bytes, .. _bytes], Response.Wire);
        Assert.Equal(_bytes, captured);
        Assert.Equal(ResponseCaptureState.Whole, Tee.State);
    }

    [Fact]
    public void Stream_And_Writer_AreTheSameEachTime()
    {
        Assert.Same(Tee.Stream, Tee.Stream);
        Assert.Same(Tee.Writer, Tee.Writer);
        End();
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Write_ToStreamAndWriterInAnyOrder_IsCapturedAsSent(string order)
    {
        await Mixed.WriteAsync(Tee, order);
        var captured = End();
        Response.Finish();

        Assert.Equal(Mixed.Bytes(order), Response.Wire);
        Assert.Equal(Response.Wire, captured);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Write_ToAWriterWithItsOwnBuffer_IsCapturedAsSentOrNotAtAll(string order)
    {
        using var wire = new MemoryStream();
        Inner = new StreamResponseBodyFeature(wire);

        await Mixed.WriteAsync(Tee, order);
        var captured = End();

        if (captured is not null)
        {
            Assert.Equal(wire.ToArray(), captured);
        }

        // In these the writer held something when the stream was written to, or at the end.
        var isLost = order.Contains("uS", StringComparison.Ordinal) || order.EndsWith('u');
        Assert.Equal(isLost, captured is null);
    }

    [Fact]
    public async Task Write_ToAWriterThatDoesNotSayWhatItHolds_IsCapturedWhileNobodyWritesToTheStream()
    {
        Response.TellsUnflushedBytes = false;

        await Mixed.WriteAsync(Tee, "SSufu");

        Assert.False(Tee.Writer.CanGetUnflushedBytes);
        Assert.Throws<NotSupportedException>(() => Tee.Writer.UnflushedBytes);
        Assert.NotNull(End());
    }

    [Fact]
    public async Task Write_ToTheStreamBehindAWriterThatDoesNotSayWhatItHolds_IsNotCaptured()
    {
        Response.TellsUnflushedBytes = false;

        await Mixed.WriteAsync(Tee, "uS");

        Assert.Equal(ResponseCaptureState.OrderUnknown, Tee.State);
        Assert.Null(End());
        Assert.Equal(Mixed.Bytes("uS"), Response.Wire);
    }

    [Fact]
    public async Task Write_ToTheStreamBehindAWriterThatCannotBeAsked_IsNotCaptured()
    {
        Tee.Writer.Write("abc"u8);
        Response.UnflushedFault = new InvalidOperationException("completed");

        await Tee.Stream.WriteAsync("def"u8.ToArray(), Token);

        Assert.Equal(ResponseCaptureState.OrderUnknown, Tee.State);
        Assert.Null(End());
        Assert.Equal("abcdef"u8.ToArray(), Response.Wire);
    }

    [Fact]
    public void UnflushedBytes_Always_AreThoseOfTheServersWriter()
    {
        Tee.Writer.Write("abc"u8);

        Assert.True(Tee.Writer.CanGetUnflushedBytes);
        Assert.Equal(3, Tee.Writer.UnflushedBytes);
        Assert.NotNull(End());
    }

    [Fact]
    public async Task Write_OfManyPieces_FillsBlocks()
    {
        for (var i = 0; i < 100; i++)
        {
            await Tee.Stream.WriteAsync(_bytes.AsMemory(i * 100, 100), Token);
        }

        Assert.Equal(3, Memory.BlocksOut);
        Assert.Equal(_bytes, End());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_OfExactlyTheCap_IsCaptured(bool isAnnounced)
    {
        MaxBytes = BodyLength;
        Response.Headers.ContentLength = isAnnounced ? BodyLength : null;

        await Tee.Stream.WriteAsync(_bytes, Token);

        Assert.Equal(BodyLength, Tee.CapturedBytes);
        Assert.Equal(_bytes, End());
    }

    [Fact]
    public async Task Write_OfOneByteMoreThanTheCap_GivesEverythingBackAtOnce()
    {
        MaxBytes = BodyLength;
        await Tee.Stream.WriteAsync(_bytes, Token);
        Assert.NotEqual(0, Memory.BlocksOut);

        Tee.Writer.Write("x"u8);

        Assert.Equal(ResponseCaptureState.TooLarge, Tee.State);
        Assert.Equal(0, Tee.CapturedBytes);
        Assert.Equal(0, Memory.BlocksOut);
        Assert.Null(End());
    }

    [Fact]
    public async Task Write_OfABodyThatIsAnnouncedAsTooLong_TakesNoBlock()
    {
        MaxBytes = BodyLength - 1;
        Response.Headers.ContentLength = BodyLength;

        await Tee.Stream.WriteAsync(_bytes.AsMemory(0, 10), Token);

        Assert.Equal(ResponseCaptureState.TooLarge, Tee.State);
        Assert.Equal(0, Memory.Rents);
        Assert.Null(End());
    }

    [Fact]
    public async Task Write_OverTheBudget_GivesEverythingBackAtOnce()
    {
        Budget.Limit = 8192;

        await Tee.Stream.WriteAsync(_bytes, Token);

        Assert.Equal(ResponseCaptureState.OverBudget, Tee.State);
        Assert.Equal(0, Budget.Used);
        Assert.Null(End());
        Assert.Equal(_bytes, Response.Wire);
    }

    [Fact]
    public async Task Write_OfAYoungerResponse_TakesTheBytesOfTheOldest()
    {
        Budget.Limit = 3 * 4096;
        await Tee.Stream.WriteAsync(_bytes, Token);
        var younger = new FakeResponse();
        var context = FakeResponse.Context(younger);
        var tee = ResponseBodyTee.Begin(context, Pool, MaxBytes);

        await tee.Stream.WriteAsync(_bytes, Token);
        await Tee.Stream.WriteAsync(_bytes, Token);

        Assert.Equal(ResponseCaptureState.OverBudget, Tee.State);
        Assert.Equal(0, Tee.CapturedBytes);
        Assert.Null(End());
        Assert.Equal([.. _bytes, .. _bytes], Response.Wire);
        tee.End(context, returned: true)!.Release();
    }

    [Fact]
    public async Task End_AfterTheBytesWereGivenUp_SaysSo()
    {
        Budget.Limit = 3 * 4096;
        await Tee.Stream.WriteAsync(_bytes, Token);
        var younger = new BodyCapture(Pool, MaxBytes);

        younger.Take(_bytes);

        Assert.Null(End());
        Assert.Equal(ResponseCaptureState.OverBudget, Tee.State);
        younger.Detach(whole: false);
    }

    [Fact]
    public async Task Write_WhenThePoolThrows_SucceedsAllTheSame()
    {
        Memory.Fault = new ObjectDisposedException("pool");

        await Tee.Stream.WriteAsync(_bytes, Token);

        Assert.Equal(ResponseCaptureState.OverBudget, Tee.State);
        Assert.Null(End());
        Assert.Equal(_bytes, Response.Wire);
    }

    [Theory]
    [InlineData("Write(array)")]
    [InlineData("Write(span)")]
    [InlineData("WriteByte")]
    [InlineData("WriteAsync(memory)")]
    [InlineData("Writer.Write")]
    public async Task Write_WhenTheHeadersThrow_SucceedsAllTheSame(string door)
    {
        Response.Headers = null!;
        Inner = Response;
        var tee = new ResponseBodyTee(Response, Pool, MaxBytes, new ThrowingHeaders());

        await WriteDoors.All[door](tee, _bytes);
        Response.Finish();

        Assert.Equal(ResponseCaptureState.Incomplete, tee.State);
        Assert.Equal(_bytes, Response.Wire);
        End();
    }

    [Fact]
    public async Task SendFileAsync_OfARange_GoesToTheServerAndIsNotCaptured()
    {
        var path = typeof(ResponseBodyTeeTests).Assembly.Location;
        await Tee.Stream.WriteAsync(_bytes, Token);

        await Tee.SendFileAsync(path, 3, 5, Token);

        Assert.Equal(ResponseCaptureState.SentFile, Tee.State);
        Assert.Equal(0, Memory.BlocksOut);
        Assert.Equal("SendFileAsync(3, 5)", Response.Calls[^1]);
        Assert.Equal(Token, Response.LastToken);
        Assert.Equal([.. _bytes, .. (await File.ReadAllBytesAsync(path, Token))[3..8]], Response.Wire);
        Assert.Null(End());
    }

    [Fact]
    public async Task OtherCalls_Always_GoToTheServer()
    {
        Tee.DisableBuffering();
        await Tee.StartAsync(Token);
        await Tee.Stream.FlushAsync(Token);
        Tee.Stream.Flush();
        await Tee.Writer.FlushAsync(Token);
        Tee.Writer.CancelPendingFlush();
        await Tee.Writer.CompleteAsync();
        Tee.Writer.Complete();
        await Tee.CompleteAsync();
        await Tee.Stream.DisposeAsync();
        Tee.Stream.Dispose();

        Assert.Equal(
            [
                "DisableBuffering",
                "StartAsync",
                "FlushAsync",
                "Flush",
                "Writer.FlushAsync",
                "CancelPendingFlush",
                "Writer.CompleteAsync()",
                "Complete()",
                "CompleteAsync",
                "DisposeAsync",
                "Dispose",
            ],
            Response.Calls
        );
        Assert.Equal(Array.Empty<byte>(), End());
    }

    [Fact]
    public async Task FlushAsync_Cancelled_HandsOnTheResult()
    {
        ((FakeResponseWriter)Response.Writer).Result = new FlushResult(isCanceled: true, isCompleted: true);

        var flush = await Tee.Writer.FlushAsync(Token);
        var write = await Tee.Writer.WriteAsync("abc"u8.ToArray(), Token);

        Assert.True(flush is { IsCanceled: true, IsCompleted: true });
        Assert.True(write is { IsCanceled: true, IsCompleted: true });
        Assert.Equal("abc"u8.ToArray(), End());
    }
}
