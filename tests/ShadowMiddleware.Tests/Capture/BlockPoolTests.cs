using System.Buffers;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

public sealed class BlockPoolTests
{
    [Theory]
    [InlineData(4096, 4096)]
    [InlineData(512, 512)]
    [InlineData(1_000_000, 4096)]
    public void BlockSize_OfAnyPool_IsWhatItCanRentAtMostFourKilobytes(int maxBufferSize, int blockSize)
    {
        using var memory = new CountingMemoryPool(maxBufferSize);
        using var pool = new BlockPool(new ByteBudget(1_000_000), memory);

        var block = pool.TryRent();

        Assert.Equal(blockSize, pool.BlockSize);
        Assert.NotNull(block);
        Assert.Equal(blockSize, block.Memory.Length);
        Assert.Equal(blockSize, pool.Budget.Used);
        pool.Return(block);
    }

    [Fact]
    public void TryRent_WithoutAFactory_UsesTheSharedPool()
    {
        using var pool = new BlockPool(new ByteBudget(1_000_000), factory: null);

        var block = pool.TryRent();

        Assert.Equal(4096, pool.BlockSize);
        Assert.NotNull(block);
        Assert.True(block.Memory.Length >= 4096);
        pool.Return(block);
        Assert.Equal(0, pool.Budget.Used);
    }

    [Fact]
    public void Dispose_WithoutAFactory_LeavesTheSharedPoolAlone()
    {
        var pool = new BlockPool(new ByteBudget(1_000_000), factory: null);

        pool.Dispose();

        using var block = MemoryPool<byte>.Shared.Rent(10);
        Assert.True(block.Memory.Length >= 10);
    }

    [Fact]
    public void Dispose_OfAPoolOfItsOwn_DisposesIt()
    {
        using var memory = new CountingMemoryPool();
        var pool = new BlockPool(new ByteBudget(1_000_000), memory);

        pool.Dispose();

        Assert.True(memory.IsDisposed);
    }

    [Fact]
    public void TryRent_OverTheBudget_GivesNothingAndRentsNothing()
    {
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(4095), memory);

        Assert.Null(pool.TryRent());

        Assert.Equal(0, memory.Rents);
        Assert.Equal(0, pool.Budget.Used);
    }

    [Fact]
    public void TryRent_WhenThePoolFails_GivesNothingAndTakesNothingOfTheBudget()
    {
        using var memory = new CountingMemoryPool { Fault = new ObjectDisposedException("pool") };
        using var pool = new BlockPool(new ByteBudget(1_000_000), memory);

        Assert.Null(pool.TryRent());

        Assert.Equal(0, pool.Budget.Used);
    }

    [Fact]
    public void Return_MakesRoomForAnother()
    {
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(4096), memory);
        var block = pool.TryRent()!;
        Assert.Null(pool.TryRent());

        pool.Return(block);

        var next = pool.TryRent();
        Assert.NotNull(next);
        pool.Return(next);
        Assert.Equal(0, memory.BlocksOut);
    }
}
