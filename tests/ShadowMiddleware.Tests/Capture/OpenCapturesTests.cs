using Microsoft.AspNetCore.Connections;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

public sealed class OpenCapturesTests : IDisposable
{
    private const int BlockSize = 4096;
    private const int Blocks = 4;
    private const int MaxBytes = 1_000_000;
    private readonly CountingMemoryPool _memory = new();
    private readonly BlockPool _pool;

    public OpenCapturesTests() => _pool = new BlockPool(new ByteBudget(Blocks * BlockSize), _memory);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _pool.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public async Task Read_WhenTheBudgetIsUsedUp_TakesItFromTheOldestCapture()
    {
        var captures = await HoldAsync(Blocks);

        var newest = await CaptureAsync(BlockSize);

        Assert.Equal(CaptureState.OverBudget, captures[0].State);
        Assert.Equal(0, captures[0].CapturedBytes);
        Assert.All(captures[1..], capture => Assert.Equal(BlockSize, capture.CapturedBytes));
        Assert.Equal(BlockSize, newest.CapturedBytes);
        Assert.Equal(Blocks * BlockSize, _pool.Budget.Used);
    }

    [Fact]
    public async Task Read_OfMoreThanOneCaptureHolds_TakesFromAsManyAsItNeeds()
    {
        var captures = await HoldAsync(Blocks);

        var newest = await CaptureAsync(3 * BlockSize);

        Assert.All(captures[..3], capture => Assert.Equal(CaptureState.OverBudget, capture.State));
        Assert.Equal(BlockSize, captures[3].CapturedBytes);
        Assert.Equal(3 * BlockSize, newest.CapturedBytes);
    }

    [Fact]
    public async Task Read_OfTheOldestCaptureItself_GivesUpItsOwn()
    {
        var bytes = Bytes.Of(2 * BlockSize);
        var oldest = new RequestBodyTee(new MemoryStream(bytes), new BodyCapture(_pool, MaxBytes));
        var buffer = new byte[BlockSize];
        await oldest.ReadExactlyAsync(buffer, Token);
        var others = await HoldAsync(Blocks - 1);

        await oldest.ReadExactlyAsync(buffer, Token);

        Assert.Equal(bytes[BlockSize..], buffer);
        Assert.Equal(CaptureState.OverBudget, oldest.State);
        Assert.All(others, capture => Assert.Equal(BlockSize, capture.CapturedBytes));
        Assert.Equal((Blocks - 1) * BlockSize, _pool.Budget.Used);
    }

    [Fact]
    public async Task Read_OfACaptureThatWasEvicted_GoesOnForTheApp()
    {
        var bytes = Bytes.Of(2 * BlockSize);
        var evicted = new RequestBodyTee(new MemoryStream(bytes), new BodyCapture(_pool, MaxBytes));
        var buffer = new byte[BlockSize];
        await evicted.ReadExactlyAsync(buffer, Token);
        await HoldAsync(Blocks);

        await evicted.ReadExactlyAsync(buffer, Token);

        Assert.Equal(CaptureState.OverBudget, evicted.State);
        Assert.Equal(bytes[BlockSize..], buffer);
        Assert.Null(evicted.Detach(whole: true));
    }

    [Fact]
    public async Task Read_AfterTheOldestHasEnded_TakesFromTheNextOldest()
    {
        var captures = await HoldAsync(Blocks);
        var held = captures[0].Detach(whole: true)!;

        await CaptureAsync(BlockSize);

        Assert.Equal(BlockSize, held.Length);
        Assert.Equal(0, captures[0].CapturedBytes);
        Assert.Equal(CaptureState.OverBudget, captures[1].State);
        held.Release();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Read_AfterOneHasEnded_TakesFromTheOthersOldestFirst(int ended)
    {
        var captures = (await HoldAsync(3)).ToList();
        captures[ended].Detach(whole: false);
        captures.RemoveAt(ended);
        captures.AddRange(await HoldAsync(2));

        for (var i = 0; i < Blocks; i++)
        {
            await CaptureAsync(BlockSize);

            Assert.All(captures[..(i + 1)], capture => Assert.Equal(CaptureState.OverBudget, capture.State));
            Assert.All(captures[(i + 1)..], capture => Assert.Equal(BlockSize, capture.CapturedBytes));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_AfterOneThatHeldNothingHasEnded_StillTakesFromTheOldest(bool wasEvicted)
    {
        var captures = await HoldAsync(Blocks);
        var empty = new RequestBodyTee(Stream.Null, new BodyCapture(_pool, MaxBytes));
        var next = 0;
        if (wasEvicted)
        {
            empty = captures[next++];
            await CaptureAsync(BlockSize);
        }

        empty.Detach(whole: false);
        await CaptureAsync(BlockSize);

        Assert.Equal(CaptureState.OverBudget, captures[next].State);
        Assert.All(captures[(next + 1)..], capture => Assert.Equal(BlockSize, capture.CapturedBytes));
    }

    [Fact]
    public async Task Read_OfACaptureThatAnotherThreadHasEvicted_DoesNotWait()
    {
        var bytes = Bytes.Of(2 * BlockSize);
        var evicted = new RequestBodyTee(new MemoryStream(bytes), new BodyCapture(_pool, MaxBytes));
        evicted.ReadExactly(new byte[BlockSize]);
        await Task
            .Factory.StartNew(() => HoldAsync(Blocks), Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .Unwrap();

        await Soon.Ends(Task.Run(() => evicted.ReadExactly(new byte[BlockSize]), Token));

        Assert.Equal(CaptureState.OverBudget, evicted.State);
    }

    [Fact]
    public async Task Read_WhenTheOldestHasFailed_TakesItsBytesAndLeavesItItsReason()
    {
        var failed = new BodyCapture(_pool, MaxBytes);
        failed.Take(Bytes.Of(BlockSize));
        failed.Fault(new ConnectionResetException("gone"));

        var captures = await HoldAsync(Blocks);

        Assert.Equal(0, failed.Length);
        Assert.Equal(CaptureState.ClientGone, failed.State);
        Assert.All(captures, capture => Assert.Equal(BlockSize, capture.CapturedBytes));
    }

    [Theory]
    [InlineData("ended")]
    [InlineData("evicted")]
    [InlineData("too large")]
    public async Task List_AfterTheOldestHasEndedOrGivenUp_HoldsItNoLonger(string why)
    {
        var captures = await HoldAsync(Blocks);
        switch (why)
        {
            case "ended":
                captures[0].Detach(whole: false);
                break;
            case "evicted":
                await CaptureAsync(BlockSize);
                break;
            default:
                captures[0].Capture.Take(new byte[MaxBytes]);
                break;
        }

        Assert.Null(captures[0].Capture.Newer);
        Assert.Null(captures[1].Capture.Older);
    }

    [Fact]
    public async Task Read_WhenNobodyElseCaptures_GivesUpItsOwn()
    {
        var captures = await HoldAsync(Blocks);
        var queued = captures.Select(capture => capture.Detach(whole: true)!).ToArray();

        var late = await CaptureAsync(BlockSize);

        Assert.Equal(CaptureState.OverBudget, late.State);
        Assert.All(queued, body => Assert.Equal(BlockSize, body.Length));
    }

    [Fact]
    public async Task Read_ByManyAtOnce_LosesNoByteAndNoBlock()
    {
        const int PerThread = 300;
        var whole = 0;
        var tasks = Enumerable.Range(0, 4).Select(seed => Task.Run(() => CaptureMany(seed), Token));

        await Task.WhenAll(tasks);

        Assert.NotEqual(0, whole);
        Assert.Equal(0, _pool.Budget.Used);
        Assert.Equal(0, _memory.BlocksOut);
        Assert.False(_pool.Captures.EvictOldest(asking: new BodyCapture(_pool, maxBytes: 1)));

        async Task CaptureMany(int seed)
        {
            var random = new Random(seed);
            for (var i = 0; i < PerThread; i++)
            {
                var bytes = Bytes.Of(random.Next(1, 3 * BlockSize));
                var tee = new RequestBodyTee(new MemoryStream(bytes), new BodyCapture(_pool, MaxBytes));
                var read = new MemoryStream();
                await tee.CopyToAsync(read, bufferSize: 1000, Token);
                Assert.Equal(bytes, read.ToArray());
                if (tee.Detach(whole: tee.State == CaptureState.EndSeen) is { } body)
                {
                    Assert.Equal(bytes, Bytes.In(body));
                    body.Release();
                    Interlocked.Increment(ref whole);
                }
            }
        }
    }

    private async Task<RequestBodyTee[]> HoldAsync(int count)
    {
        var captures = new RequestBodyTee[count];
        for (var i = 0; i < count; i++)
        {
            captures[i] = await CaptureAsync(BlockSize);
        }

        return captures;
    }

    private async Task<RequestBodyTee> CaptureAsync(int length)
    {
        var tee = new RequestBodyTee(new MemoryStream(Bytes.Of(length)), new BodyCapture(_pool, MaxBytes));
        await tee.ReadExactlyAsync(new byte[length], Token);
        return tee;
    }
}
