using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Benchmarks.Buffers;

/// <summary>The middleware's own way: blocks of the server's pool, within the budget.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "VerifyAndDispose disposes the pool, and may throw."
)]
internal sealed class PooledBlocks : IBodyCarrier<PooledBodyBuffer>
{
    private readonly ByteBudget _budget = new(64 * 1024 * 1024);
    private readonly BlockPool _pool;

    public PooledBlocks(IMemoryPoolFactory<byte> memoryPools) => _pool = new BlockPool(_budget, memoryPools);

    public PooledBodyBuffer Fill(ReadOnlySpan<byte> body)
    {
        var buffer = new PooledBodyBuffer(_pool);
        return buffer.Append(body).IsEmpty
            ? buffer
            : throw new InvalidOperationException("The budget has no room for the body.");
    }

    public long ReadAndFree(PooledBodyBuffer carried)
    {
        long read = 0;
        for (var i = 0; i < carried.BlockCount; i++)
        {
            read += BodyBytes.Read(carried.GetBlock(i).Span);
        }

        carried.Release();
        return read;
    }

    public void VerifyAndDispose()
    {
        _pool.Dispose();
        if (_budget.Used != 0)
        {
            throw new InvalidOperationException($"{_budget.Used} bytes were not given back.");
        }
    }
}
