using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

public sealed class PooledBodyBufferTests
{
    [Theory]
    [InlineData(4096, 0, 0)]
    [InlineData(4096, 1, 1)]
    [InlineData(4096, 4095, 1)]
    [InlineData(4096, 4096, 1)]
    [InlineData(4096, 4097, 2)]
    [InlineData(4096, 8192, 2)]
    [InlineData(4096, 8193, 3)]
    [InlineData(4096, 40_000, 10)]
    [InlineData(1000, 999, 1)]
    [InlineData(1000, 1000, 1)]
    [InlineData(1000, 1001, 2)]
    [InlineData(7, 50, 8)]
    [InlineData(65_536, 5_000, 2)]
    public void Append_AtOnce_KeepsEveryByteInTheFewestBlocks(int maxBufferSize, int length, int blocks)
    {
        using var memory = new CountingMemoryPool(maxBufferSize);
        using var pool = new BlockPool(new ByteBudget(1_000_000), memory);
        var buffer = new PooledBodyBuffer(pool);
        var bytes = Bytes.Of(length);

        Assert.True(buffer.Append(bytes).IsEmpty);

        Assert.Equal(length, buffer.Length);
        Assert.Equal(blocks, buffer.BlockCount);
        Assert.Equal(blocks, memory.BlocksOut);
        Assert.Equal(blocks * pool.BlockSize, pool.Budget.Used);
        Assert.Equal(bytes, Bytes.In(buffer));
        buffer.Release();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1365)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(9_000)]
    public void Append_InPieces_KeepsEveryByteInOrder(int pieceSize)
    {
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(1_000_000), memory);
        var buffer = new PooledBodyBuffer(pool);
        var bytes = Bytes.Of(10_000);

        foreach (var piece in bytes.Chunk(pieceSize))
        {
            Assert.True(buffer.Append(piece).IsEmpty);
        }

        Assert.Equal(3, buffer.BlockCount);
        Assert.Equal(bytes, Bytes.In(buffer));
        buffer.Release();
    }

    [Fact]
    public void Append_ToBlocksLargerThanAsked_UsesOnlyWhatTheBudgetCounts()
    {
        using var memory = new CountingMemoryPool(maxBufferSize: 4096, extraBytes: 500);
        using var pool = new BlockPool(new ByteBudget(1_000_000), memory);
        var buffer = new PooledBodyBuffer(pool);
        var bytes = Bytes.Of(4097);

        buffer.Append(bytes);

        Assert.Equal(2, buffer.BlockCount);
        Assert.Equal(4096, buffer.GetBlock(0).Length);
        Assert.Equal(1, buffer.GetBlock(1).Length);
        Assert.Equal(bytes, Bytes.In(buffer));
        buffer.Release();
    }

    [Fact]
    public void Append_OfNothing_RentsNothing()
    {
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(0), memory);
        var buffer = new PooledBodyBuffer(pool);

        Assert.True(buffer.Append([]).IsEmpty);

        Assert.Equal(0, memory.Rents);
    }

    [Fact]
    public void Append_WhenTheBudgetRunsOut_SaysSoAndReleasesWhole()
    {
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(8192), memory);
        var buffer = new PooledBodyBuffer(pool);

        Assert.False(buffer.Append(Bytes.Of(8193)).IsEmpty);
        Assert.Equal(8192, pool.Budget.Used);

        buffer.Release();
        Assert.Equal(0, pool.Budget.Used);
        Assert.Equal(0, memory.BlocksOut);
    }

    [Fact]
    public void Release_ASecondTime_GivesNothingBackTwice()
    {
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(1_000_000), memory);
        var buffer = new PooledBodyBuffer(pool);
        buffer.Append(Bytes.Of(10_000));

        buffer.Release();
        buffer.Release();

        Assert.Equal(0, memory.BlocksOut);
        Assert.Equal(0, pool.Budget.Used);
        Assert.Equal(0, buffer.Length);
        Assert.Equal(0, buffer.BlockCount);
    }

    [Fact]
    public void Append_AfterRelease_BeginsAnew()
    {
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(1_000_000), memory);
        var buffer = new PooledBodyBuffer(pool);
        buffer.Append(Bytes.Of(5_000));
        buffer.Release();
        var bytes = Bytes.Of(4_500);

        buffer.Append(bytes);

        Assert.Equal(bytes, Bytes.In(buffer));
        buffer.Release();
        Assert.Equal(0, memory.BlocksOut);
    }
}
