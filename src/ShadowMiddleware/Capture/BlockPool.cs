using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace ShadowMiddleware.Capture;

/// <summary>Blocks of memory for captured bodies, each within the budget.</summary>
internal sealed class BlockPool : IDisposable
{
    private const int PreferredBlockSize = 4096;
    private readonly MemoryPool<byte> _pool;
    private readonly bool _ownsPool;

    /// <param name="budget">What all blocks together may hold.</param>
    /// <param name="factory">
    /// The server's pools. Blocks cross threads, which <see cref="ArrayPool{T}.Shared"/> answers with an allocation every fourth time,
    /// and Kestrel's pool never. <see langword="null"/> where no server registers one, under a test host for instance.
    /// </param>
    public BlockPool(ByteBudget budget, IMemoryPoolFactory<byte>? factory)
    {
        Budget = budget;
        _ownsPool = factory is not null;
        _pool = factory?.Create() ?? MemoryPool<byte>.Shared;
        BlockSize = Math.Min(PreferredBlockSize, _pool.MaxBufferSize);
    }

    public ByteBudget Budget { get; }

    /// <summary>The captures under way that hold blocks.</summary>
    public OpenCaptures Captures { get; } = new();

    /// <summary>The bytes of each block that are used and that the budget counts.</summary>
    public int BlockSize { get; }

    /// <summary>Takes a block, or <see langword="null"/> when the budget has no room for one, or the pool no memory.</summary>
    public IMemoryOwner<byte>? TryRent()
    {
        if (!Budget.TryReserve(BlockSize))
        {
            return null;
        }

        try
        {
            return _pool.Rent(BlockSize);
        }
        catch (Exception)
        {
            // It would be thrown into the app's read: the machine has no memory left, or the host was disposed under a late request.
            Budget.Release(BlockSize);
            return null;
        }
    }

    public void Return(IMemoryOwner<byte> block)
    {
        block.Dispose();
        Budget.Release(BlockSize);
    }

    public void Dispose()
    {
        if (_ownsPool)
        {
            _pool.Dispose();
        }
    }
}
