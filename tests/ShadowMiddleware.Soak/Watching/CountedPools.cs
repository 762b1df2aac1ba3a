using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace ShadowMiddleware.Soak.Watching;

/// <summary>
/// The server's pools, with a count of the blocks that are out. What comes back is overwritten, so that whoever still reads it has the
/// wrong bytes.
/// </summary>
internal sealed class CountedPools(IMemoryPoolFactory<byte> inner, Findings findings) : IMemoryPoolFactory<byte>
{
    private const byte Rubbish = 0xDD;

    private long _rents;
    private long _returns;

    public long Rents => Interlocked.Read(ref _rents);

    public long Returns => Interlocked.Read(ref _returns);

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool(this, inner.Create(options));

    private sealed class Pool(CountedPools counts, MemoryPool<byte> pool) : MemoryPool<byte>
    {
        public override int MaxBufferSize => pool.MaxBufferSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            var block = pool.Rent(minBufferSize);
            Interlocked.Increment(ref counts._rents);
            return new Block(counts, block);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                pool.Dispose();
            }
        }
    }

    private sealed class Block(CountedPools counts, IMemoryOwner<byte> block) : IMemoryOwner<byte>
    {
        private int _isReturned;

        public Memory<byte> Memory => block.Memory;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) != 0)
            {
                counts.Report();
                return;
            }

            block.Memory.Span.Fill(Rubbish);
            block.Dispose();
            Interlocked.Increment(ref counts._returns);
        }
    }

    private void Report() => findings.Add($"A block came back twice: {Environment.StackTrace}");
}
