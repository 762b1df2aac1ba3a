using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>
/// A server's pool that counts what it lends, fills each block with rubbish when it comes back, and lends the one that came back last
/// first: whoever reads a block too late reads rubbish or another request.
/// </summary>
internal sealed class PoisonedPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const byte Rubbish = 0xDD;
    private const int BlockSize = 4096;

    private readonly ConcurrentStack<byte[]> _free = [];
    private long _rents;
    private long _returns;
    private long _returnsTwice;

    public override int MaxBufferSize => BlockSize;

    public long Rents => Interlocked.Read(ref _rents);

    public long Returns => Interlocked.Read(ref _returns);

    /// <summary>Blocks that came back more than once.</summary>
    public long ReturnsTwice => Interlocked.Read(ref _returnsTwice);

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        Interlocked.Increment(ref _rents);
        return new Block(this, _free.TryPop(out var bytes) ? bytes : new byte[BlockSize]);
    }

    protected override void Dispose(bool disposing) { }

    private sealed class Block(PoisonedPool pool, byte[] bytes) : IMemoryOwner<byte>
    {
        private int _isBack;

        public Memory<byte> Memory => bytes;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isBack, 1) == 1)
            {
                Interlocked.Increment(ref pool._returnsTwice);
                return;
            }

            Array.Fill(bytes, Rubbish);
            pool._free.Push(bytes);
            Interlocked.Increment(ref pool._returns);
        }
    }
}
