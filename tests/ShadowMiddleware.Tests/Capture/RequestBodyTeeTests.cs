using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

// Every door is tried, those that nobody should use included.
#pragma warning disable CA1835, CA2022, MA0060
public sealed class RequestBodyTeeTests : IDisposable
{
    private const int BodyLength = 10_000;
    private readonly byte[] _bytes = Bytes.Of(BodyLength);
    private readonly CountingMemoryPool _memory = new();
    private readonly ByteBudget _budget = new(1024 * 1024);
    private readonly BlockPool _pool;

    public RequestBodyTeeTests() => _pool = new BlockPool(_budget, _memory);

    public static TheoryData<string, int, bool> Doors
    {
        get
        {
            var data = new TheoryData<string, int, bool>();
            foreach (var door in ReadDoors.All.Keys)
            {
                data.Add(door, int.MaxValue, false);
                data.Add(door, 777, false);
                data.Add(door, 777, true);
            }

            return data;
        }
    }

    public void Dispose()
    {
        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(0, _budget.Used);
        _pool.Dispose();
        _memory.Dispose();
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Read_ByAnyDoor_GivesTheAppAndTheCaptureEveryByte(string door, int pieceSize, bool isAsync)
    {
        var tee = Tee(new ScriptedStream(_bytes, pieceSize) { IsAsync = isAsync });

        var read = await ReadDoors.All[door](tee);

        Assert.Equal(_bytes, read);
        Assert.Equal(CaptureState.EndSeen, tee.State);
        AssertCaptured(tee, _bytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadAsync_OfZeroBytes_IsNotTheEnd(bool isAsync)
    {
        var inner = new ScriptedStream(_bytes) { IsAsync = isAsync };
        var tee = Tee(inner);

        var read = await tee.ReadAsync(Memory<byte>.Empty, Token);

        Assert.Equal(0, read);
        Assert.Equal(1, inner.ZeroByteReads);
        Assert.Equal(CaptureState.Reading, tee.State);
        AssertCaptured(tee, []);
    }

    [Fact]
    public void Read_OfZeroBytes_IsNotTheEnd()
    {
        var inner = new ScriptedStream(_bytes);
        var tee = Tee(inner);

        var read = tee.Read([]);

        Assert.Equal(0, read);
        Assert.Equal(1, inner.ZeroByteReads);
        Assert.Equal(CaptureState.Reading, tee.State);
        AssertCaptured(tee, []);
    }

    [Fact]
    public async Task ReadAsync_OfZeroBytesBehindTheLast_IsNotTheEnd()
    {
        var tee = Tee(new ScriptedStream(_bytes));
        await tee.ReadExactlyAsync(new byte[BodyLength], Token);

        await tee.ReadAsync(Memory<byte>.Empty, Token);

        Assert.Equal(CaptureState.Reading, tee.State);
        AssertCaptured(tee, _bytes);
    }

    [Fact]
    public async Task PipeReader_WithZeroByteReads_CapturesEverything()
    {
        var inner = new ScriptedStream(_bytes, 777) { IsAsync = true };
        var tee = Tee(inner);
        var reader = PipeReader.Create(tee, new StreamPipeReaderOptions(useZeroByteReads: true));

        var read = await ReadDoors.ReadToEndAsync(reader);

        Assert.Equal(_bytes, read);
        Assert.NotEqual(0, inner.ZeroByteReads);
        AssertCaptured(tee, _bytes);
    }

    [Fact]
    public async Task Read_OfAPart_CapturesThatPartAndWaitsForMore()
    {
        var tee = Tee(new ScriptedStream(_bytes));

        await tee.ReadExactlyAsync(new byte[4242], Token);

        Assert.Equal(CaptureState.Reading, tee.State);
        Assert.Equal(4242, tee.CapturedBytes);
        AssertCaptured(tee, _bytes[..4242]);
    }

    [Fact]
    public async Task ReadAsync_IntoTheMiddleOfAnArray_CapturesOnlyWhatWasRead()
    {
        var tee = Tee(new ScriptedStream(_bytes, 50));
        var buffer = new byte[300];
        Array.Fill(buffer, (byte)0xEE);

        var read = await tee.ReadAsync(buffer, 100, 100, Token);

        Assert.Equal(50, read);
        Assert.Equal(_bytes[..50], buffer[100..150]);
        Assert.All(buffer[..100].Concat(buffer[150..]), b => Assert.Equal(0xEE, b));
        AssertCaptured(tee, _bytes[..50]);
    }

    [Fact]
    public async Task ReadAsync_Always_HandsTheTokenToTheServer()
    {
        using var source = new CancellationTokenSource();
        var inner = new ScriptedStream(_bytes);
        var tee = Tee(inner);

        await tee.ReadExactlyAsync(new byte[1], source.Token);

        Assert.Equal(source.Token, inner.LastToken);
        tee.Detach(whole: false);
    }

    [Fact]
    public async Task BeginRead_OnAServerThatForbidsSynchronousReads_ReadsAsynchronously()
    {
        var inner = new ScriptedStream(_bytes) { IsAsync = true };
        var tee = Tee(inner);
        var state = new object();
        var called = new TaskCompletionSource<IAsyncResult>();

        var result = tee.BeginRead(new byte[10], 0, 10, called.SetResult, state);
        var passed = await Soon.Ends(called.Task);

        Assert.Equal(10, tee.EndRead(result));
        Assert.Same(state, result.AsyncState);
        Assert.Same(result, passed);
        Assert.Equal(0, inner.SynchronousReads);
        AssertCaptured(tee, _bytes[..10]);
    }

    [Theory]
    [InlineData("Read")]
    [InlineData("ReadAsync, at once")]
    [InlineData("ReadAsync, faulted")]
    [InlineData("ReadAsync, later")]
    public async Task Read_WhenTheServerFails_PassesTheSameExceptionOn(string door)
    {
        var fault = new IOException("broken");
        var inner = new ScriptedStream(_bytes)
        {
            Fault = fault,
            FaultAt = 100,
            IsAsync = door.EndsWith("later", StringComparison.Ordinal),
            FaultsAtOnce = door.EndsWith("at once", StringComparison.Ordinal),
        };
        var tee = Tee(inner);
        await tee.ReadExactlyAsync(new byte[100], Token);

        var seen = await Record.ExceptionAsync(async () =>
            _ = door == "Read" ? tee.Read(new byte[1]) : await tee.ReadAsync(new byte[1], Token)
        );

        Assert.Same(fault, seen);
        Assert.Equal(CaptureState.Faulted, tee.State);
        tee.Detach(whole: false);
    }

    [Fact]
    public async Task Read_WhenTheClientHasGone_SaysSo()
    {
        var tee = Tee(new ScriptedStream(_bytes) { Fault = new ConnectionResetException("gone") });

        await Assert.ThrowsAsync<ConnectionResetException>(async () => await tee.ReadAsync(new byte[1], Token));

        Assert.Equal(CaptureState.ClientGone, tee.State);
        tee.Detach(whole: false);
    }

    [Fact]
    public async Task Read_ThatSucceedsAfterAFault_IsNoWholeBodyAnyMore()
    {
        var inner = new ScriptedStream(_bytes) { Fault = new IOException("broken"), FaultAt = 100 };
        var tee = Tee(inner);
        await Assert.ThrowsAsync<IOException>(() => ReadDoors.ReadToEndAsync(tee));

        inner.Fault = null;
        await ReadDoors.ReadToEndAsync(tee);

        Assert.Equal(CaptureState.Faulted, tee.State);
        tee.Detach(whole: false);
    }

    [Fact]
    public async Task Read_ThatWasRefusedAndMadeAnotherWay_IsWholeAllTheSame()
    {
        var inner = new ScriptedStream(_bytes)
        {
            Fault = new InvalidOperationException("no synchronous reads"),
            FaultAt = 0,
        };
        var tee = Tee(inner);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadDoors.ReadToEndAsync(tee));

        inner.Fault = null;
        await ReadDoors.ReadToEndAsync(tee);

        Assert.Equal(CaptureState.EndSeen, tee.State);
        AssertCaptured(tee, _bytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadAsync_ThatWasRefusedAndMadeAgain_IsWholeAllTheSame(bool atOnce)
    {
        var inner = new ScriptedStream(_bytes)
        {
            Fault = new InvalidOperationException("not now"),
            FaultAt = 0,
            FaultsAtOnce = atOnce,
        };
        var tee = Tee(inner);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await tee.ReadAsync(new byte[1], Token));

        inner.Fault = null;
        await tee.ReadExactlyAsync(new byte[BodyLength], Token);

        Assert.Equal(CaptureState.Reading, tee.State);
        AssertCaptured(tee, _bytes);
    }

    [Fact]
    public async Task Read_ThatFailsBehindTheEnd_ChangesNothing()
    {
        var inner = new ScriptedStream(_bytes);
        var tee = Tee(inner);
        await ReadDoors.ReadToEndAsync(tee);

        inner.Fault = new IOException("broken");
        await Assert.ThrowsAsync<IOException>(async () => await tee.ReadAsync(new byte[1], Token));

        Assert.Equal(CaptureState.EndSeen, tee.State);
        AssertCaptured(tee, _bytes);
    }

    [Fact]
    public async Task ReadAsync_ThatTheAppCancels_GoesOnWhereItStood()
    {
        using var source = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        var inner = new ScriptedStream(_bytes) { IsAsync = true, Gate = gate.Task };
        var tee = Tee(inner);

        var pending = tee.ReadAsync(new byte[10], source.Token);
        await source.CancelAsync();
        var seen = await Record.ExceptionAsync(async () => await pending);
        gate.SetResult();
        var read = await ReadDoors.ReadToEndAsync(tee);

        Assert.Equal(source.Token, Assert.IsAssignableFrom<OperationCanceledException>(seen).CancellationToken);
        Assert.Equal(_bytes, read);
        Assert.Equal(CaptureState.EndSeen, tee.State);
        AssertCaptured(tee, _bytes);
    }

    [Theory]
    [InlineData(BodyLength, true)]
    [InlineData(BodyLength - 1, false)]
    public async Task Read_UpToTheCap_IsKeptAndOneByteMoreIsNot(int cap, bool kept)
    {
        var tee = Tee(new ScriptedStream(_bytes, 100), cap);

        var read = await ReadDoors.ReadToEndAsync(tee);

        Assert.Equal(_bytes, read);
        Assert.Equal(kept ? CaptureState.EndSeen : CaptureState.TooLarge, tee.State);
        if (kept)
        {
            AssertCaptured(tee, _bytes);
        }
        else
        {
            Assert.Null(tee.Detach(whole: true));
        }
    }

    [Fact]
    public async Task Read_OverTheCap_FreesEverythingAtOnceAndRentsNothingMore()
    {
        var tee = Tee(new ScriptedStream(_bytes, 100), maxBytes: 9_000);
        await tee.ReadExactlyAsync(new byte[9_000], Token);
        Assert.Equal(3, _memory.BlocksOut);

        await tee.ReadExactlyAsync(new byte[1], Token);
        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(0, _budget.Used);

        var rest = await ReadDoors.ReadToEndAsync(tee);
        Assert.Equal(_bytes[9_001..], rest);
        Assert.Equal(3, _memory.Rents);
        Assert.Equal(0, tee.CapturedBytes);
        Assert.Equal(CaptureState.TooLarge, tee.State);
        Assert.Null(tee.Detach(whole: false));
    }

    [Fact]
    public async Task Read_OverTheBudget_FreesEverythingAtOnceAndLeavesTheAppItsBytes()
    {
        _budget.Limit = 2 * 4096;
        var tee = Tee(new ScriptedStream(_bytes, 100));

        var read = await ReadDoors.ReadToEndAsync(tee);

        Assert.Equal(_bytes, read);
        Assert.Equal(CaptureState.OverBudget, tee.State);
        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(0, _budget.Used);
        Assert.Equal(2, _memory.Rents);
        Assert.Null(tee.Detach(whole: false));
    }

    [Fact]
    public async Task Read_WhenThePoolFails_LeavesTheAppItsBytes()
    {
        var tee = Tee(new ScriptedStream(_bytes, 100));
        await tee.ReadExactlyAsync(new byte[4096], Token);

        _memory.Fault = new ObjectDisposedException("pool");
        var rest = await ReadDoors.ReadToEndAsync(tee);

        Assert.Equal(_bytes[4096..], rest);
        Assert.NotEqual(CaptureState.EndSeen, tee.State);
        Assert.Null(tee.Detach(whole: false));
    }

    [Fact]
    public async Task Read_OfARewoundBody_CapturesItOnce()
    {
        var tee = Tee(new MemoryStream(_bytes));

        await ReadDoors.ReadToEndAsync(tee);
        tee.Position = 0;
        var again = await ReadDoors.ReadToEndAsync(tee);

        Assert.Equal(_bytes, again);
        Assert.Equal(CaptureState.EndSeen, tee.State);
        AssertCaptured(tee, _bytes);
    }

    [Fact]
    public async Task Read_ThatOverlapsWhatIsKnown_CapturesTheNewPartOnly()
    {
        var tee = Tee(new MemoryStream(_bytes));
        await tee.ReadExactlyAsync(new byte[1_000], Token);

        tee.Seek(500, SeekOrigin.Begin);
        await tee.ReadExactlyAsync(new byte[2_000], Token);

        AssertCaptured(tee, _bytes[..2_500]);
    }

    [Fact]
    public async Task Read_ThatSkipsAPart_IsNotCapturedUntilTheAppComesBack()
    {
        var tee = Tee(new MemoryStream(_bytes));
        await tee.ReadExactlyAsync(new byte[1_000], Token);

        tee.Position = 2_000;
        await ReadDoors.ReadToEndAsync(tee);
        Assert.Equal(1_000, tee.CapturedBytes);
        Assert.Equal(CaptureState.Reading, tee.State);

        tee.Position = 1_000;
        await ReadDoors.ReadToEndAsync(tee);
        Assert.Equal(CaptureState.EndSeen, tee.State);
        AssertCaptured(tee, _bytes);
    }

    [Fact]
    public void Read_BeyondTheEndOfASeekableBody_IsNotTheEndOfTheCapture()
    {
        var tee = Tee(new MemoryStream(_bytes));
        tee.ReadExactly(new byte[1_000]);

        tee.Seek(BodyLength + 5_000, SeekOrigin.Begin);
        var read = tee.Read(new byte[10]);

        Assert.Equal(0, read);
        Assert.Equal(CaptureState.Reading, tee.State);
        AssertCaptured(tee, _bytes[..1_000]);
    }

    [Fact]
    public async Task Read_OfASeekableBodyThatDoesNotStartAtItsBeginning_IsNotWhole()
    {
        var tee = Tee(new MemoryStream(_bytes) { Position = 10 });

        await ReadDoors.ReadToEndAsync(tee);

        Assert.Equal(CaptureState.Reading, tee.State);
        AssertCaptured(tee, []);
    }

    [Theory]
    [InlineData("Read(span)")]
    [InlineData("ReadAsync(memory)")]
    public async Task Read_OfABodyWhosePositionThrows_ReachesTheAppAndIsNotCaptured(string door)
    {
        var tee = Tee(new LostStream(_bytes));

        Assert.Equal(_bytes, await ReadDoors.All[door](tee));
        Assert.Equal(CaptureState.Faulted, tee.State);
    }

    [Fact]
    public async Task Read_OfARewoundBodyOverTheCap_StaysTooLarge()
    {
        var tee = Tee(new MemoryStream(_bytes), maxBytes: 5_000);
        await ReadDoors.ReadToEndAsync(tee);

        tee.Position = 0;
        var read = await ReadDoors.ReadToEndAsync(tee);

        Assert.Equal(_bytes, read);
        Assert.Equal(CaptureState.TooLarge, tee.State);
        Assert.Equal(0, _memory.BlocksOut);
        Assert.Null(tee.Detach(whole: false));
    }

    [Fact]
    public async Task Detach_WhileTheAppStillReads_EndsTheCaptureAndNotTheRead()
    {
        var gate = new TaskCompletionSource();
        var tee = Tee(new ScriptedStream(_bytes) { IsAsync = true, Gate = gate.Task });
        var buffer = new byte[BodyLength];

        var pending = tee.ReadAsync(buffer, Token);
        var captured = tee.Detach(whole: true)!;
        gate.SetResult();
        var read = await pending;

        Assert.Equal(BodyLength, read);
        Assert.Equal(_bytes, buffer);
        Assert.Equal(0, captured.Length);
        Assert.Equal(0, _memory.Rents);
    }

    [Fact]
    public async Task Detach_WithReadersOnOtherThreads_LeavesNoBlockBehind()
    {
        for (var round = 0; round < 200; round++)
        {
            var tee = Tee(new ScriptedStream(_bytes, 100));
            var reading = Task.Run(() => ReadDoors.ReadToEndAsync(tee), Token);
            await Soon.Holds(() => tee.CapturedBytes > 0, "a byte was captured");

            tee.Detach(whole: true)?.Release();

            Assert.Equal(_bytes, await Soon.Ends(reading));
            Assert.Equal(0, _memory.BlocksOut);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Detach_ASecondTime_GivesNothing(bool whole)
    {
        var tee = Tee(new ScriptedStream(_bytes));
        await ReadDoors.ReadToEndAsync(tee);

        var first = tee.Detach(whole);
        var second = tee.Detach(whole: true);

        Assert.Equal(whole, first is not null);
        Assert.Null(second);
        first?.Release();
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public async Task Look_BehindWhatWasRead_ContinuesTheCapture()
    {
        var tee = Tee(new ScriptedStream(_bytes));
        await tee.ReadExactlyAsync(new byte[100], Token);

        tee.Capture.Look(new ReadOnlySequence<byte>(_bytes.AsMemory(100)), isEnd: false);
        Assert.Equal(CaptureState.Reading, tee.State);
        tee.Capture.Look(new ReadOnlySequence<byte>(_bytes.AsMemory(100)), isEnd: true);

        Assert.Equal(CaptureState.EndSeen, tee.State);
        AssertCaptured(tee, _bytes);
    }

    [Fact]
    public async Task Look_AtWhatIsReadNext_KeepsItOnce()
    {
        var tee = Tee(new ScriptedStream(_bytes));
        tee.Capture.Look(new ReadOnlySequence<byte>(_bytes.AsMemory(0, 100)), isEnd: false);

        await ReadDoors.ReadToEndAsync(tee);

        AssertCaptured(tee, _bytes);
    }

    [Fact]
    public void Look_AfterDetach_KeepsNothing()
    {
        var tee = Tee(new ScriptedStream(_bytes));
        tee.Detach(whole: false);

        tee.Capture.Look(new ReadOnlySequence<byte>(_bytes), isEnd: true);

        Assert.Equal(0, tee.CapturedBytes);
        Assert.Equal(0, _memory.Rents);
    }

    [Fact]
    public async Task Look_AtTheEndOfABodyOverTheCap_DoesNotMakeItWhole()
    {
        var tee = Tee(new ScriptedStream(_bytes), maxBytes: 10);
        await ReadDoors.ReadToEndAsync(tee);

        tee.Capture.Look(default, isEnd: true);

        Assert.Equal(CaptureState.TooLarge, tee.State);
        Assert.Null(tee.Detach(whole: false));
    }

    [Fact]
    public void Dispose_ByTheApp_DisposesTheServersStreamAndKeepsTheCapture()
    {
        var inner = new ScriptedStream(_bytes);
        var tee = Tee(inner);
        tee.ReadExactly(new byte[100]);

        tee.Dispose();

        Assert.Equal(1, inner.Disposals);
        AssertCaptured(tee, _bytes[..100]);
    }

    [Fact]
    public async Task DisposeAsync_ByTheApp_DisposesAsynchronously()
    {
        var inner = new ScriptedStream(_bytes);
        var tee = Tee(inner);

        await tee.DisposeAsync();

        Assert.Equal(1, inner.AsyncDisposals);
        Assert.Equal(0, inner.Disposals);
        tee.Detach(whole: false);
    }

    [Fact]
    public async Task StreamReader_ThatDisposesTheBody_StillLeavesTheCapture()
    {
        var text = Encoding.UTF8.GetBytes("{\"text\":\"žluťoučký\"}");
        var inner = new ScriptedStream(text, 5);
        var tee = Tee(inner);

        using (var reader = new StreamReader(tee))
        {
            await reader.ReadToEndAsync(Token);
        }

        Assert.Equal(1, inner.Disposals);
        AssertCaptured(tee, text);
    }

    [Fact]
    public async Task Reads_ThatOverlap_MakeNoCopy()
    {
        var gate = new TaskCompletionSource();
        var tee = Tee(new ScriptedStream(_bytes, BodyLength / 2) { IsAsync = true, Gate = gate.Task });

        var reads = Task.WhenAll(
            tee.ReadAsync(new byte[BodyLength], Token).AsTask(),
            tee.ReadAsync(new byte[BodyLength], Token).AsTask()
        );
        gate.SetResult();

        Assert.Equal(BodyLength, (await reads).Sum());
        Assert.False(tee.Capture.IsWhole(BodyLength));
        tee.Capture.Detach(whole: false);
    }

    [Theory]
    [InlineData("Read(span)")]
    [InlineData("ReadAsync(memory)")]
    [InlineData("CopyToAsync")]
    public async Task Read_WhileAnotherIsUnderWay_MakesNoCopy(string door)
    {
        var gate = new TaskCompletionSource();
        var tee = Tee(new ScriptedStream(_bytes, BodyLength / 2) { IsAsync = true, Gate = gate.Task });
        var first = tee.ReadAsync(new byte[1], Token).AsTask();

        var second = ReadDoors.All[door](tee);

        Assert.Equal(CaptureState.Faulted, tee.State);
        gate.SetResult();
        await first;
        await second;
        tee.Capture.Detach(whole: false);
    }

    [Fact]
    public async Task CopyToAsync_OfADestinationThatFails_LeavesTheRestAndMakesNoCopy()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(_bytes, Token);
        await pipe.Writer.CompleteAsync();
        var tee = Tee(pipe.Reader.AsStream());
        using var full = new MemoryStream(new byte[5]);
        using var rest = new MemoryStream();

        await Assert.ThrowsAsync<NotSupportedException>(() => tee.CopyToAsync(full, Token));
        await tee.CopyToAsync(rest, Token);

        // As without the tee: what the destination has not taken is still there.
        Assert.Equal(_bytes, rest.ToArray());
        Assert.Equal(CaptureState.Faulted, tee.Capture.State);
        tee.Capture.Detach(whole: false);
    }

    [Fact]
    public async Task CopyToAsync_OfABodyWithPositions_IsReadAgainAfterADestinationThatFails()
    {
        using var body = new MemoryStream(_bytes);
        var tee = Tee(body);
        using var full = new MemoryStream(new byte[5]);
        using var whole = new MemoryStream();

        await Assert.ThrowsAsync<NotSupportedException>(() => tee.CopyToAsync(full, Token));
        tee.Position = 0;
        await tee.CopyToAsync(whole, Token);

        Assert.Equal(_bytes, whole.ToArray());
        AssertCaptured(tee, _bytes);
    }

    [Fact]
    public async Task CopyToAsync_OfABodyWithPositionsFromItsMiddle_LeavesAGap()
    {
        using var body = new MemoryStream(_bytes);
        var tee = Tee(body);
        tee.Position = 10;

        await tee.CopyToAsync(Stream.Null, Token);

        Assert.False(tee.Capture.IsWhole(contentLength: null));
        tee.Capture.Detach(whole: false);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void CopyToAsync_OfBadArguments_ThrowsAtOnce(int bufferSize)
    {
        var tee = Tee(new ScriptedStream(_bytes));

        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            _ = tee.CopyToAsync(Stream.Null, bufferSize, Token);
        });
        Assert.Throws<ArgumentNullException>(() =>
        {
            _ = tee.CopyToAsync(null!, Token);
        });
    }

    [Fact]
    public async Task CopyToAsync_OfABodyThatFails_KeepsTheReason()
    {
        var tee = Tee(new ScriptedStream(_bytes) { Fault = new ConnectionResetException("gone"), FaultAt = 10 });

        await Assert.ThrowsAsync<ConnectionResetException>(() => tee.CopyToAsync(Stream.Null, Token));

        Assert.Equal(CaptureState.ClientGone, tee.Capture.State);
        tee.Capture.Detach(whole: false);
    }

    [Fact]
    public async Task Members_ThatAreNotReads_PassThrough()
    {
        using var inner = new MemoryStream();
        inner.Write(_bytes);
        var tee = Tee(inner);

        Assert.True(tee.CanRead);
        Assert.True(tee.CanSeek);
        Assert.True(tee.CanWrite);
        Assert.False(tee.CanTimeout);
        Assert.Equal(BodyLength, tee.Length);
        Assert.Equal(BodyLength, tee.Position);
        Assert.Throws<InvalidOperationException>(() => tee.ReadTimeout);
        Assert.Throws<InvalidOperationException>(() => tee.WriteTimeout = 1);

        tee.SetLength(10);
        tee.Seek(0, SeekOrigin.Begin);
        tee.Write([1], 0, 1);
        tee.Write([2]);
        await tee.WriteAsync([3], 0, 1, Token);
        await tee.WriteAsync(new byte[] { 4 }, Token);
        await tee.FlushAsync(Token);
        tee.Flush();

        Assert.Equal([1, 2, 3, 4, .. _bytes[4..10]], inner.ToArray());
        AssertCaptured(tee, []);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RequestBodyTee Tee(Stream inner, long maxBytes = 1024 * 1024) =>
        new(inner, new BodyCapture(_pool, maxBytes));

    private static void AssertCaptured(RequestBodyTee tee, byte[] expected)
    {
        var captured = tee.Detach(whole: true);
        Assert.NotNull(captured);
        Assert.Equal(expected.Length, captured.Length);
        Assert.Equal(expected, Bytes.In(captured));
        captured.Release();
    }

    private sealed class LostStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override long Position
        {
            get => throw new IOException("somewhere");
            set => base.Position = value;
        }
    }
}
