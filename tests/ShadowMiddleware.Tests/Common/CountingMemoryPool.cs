using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace ShadowMiddleware.Tests.Common;

/// <summary>
/// A server's pool that knows which of its blocks are out, refuses to take one back twice, and fills each with rubbish when it comes
/// back, so that a late reader is found out.
/// </summary>
internal sealed class CountingMemoryPool(int maxBufferSize = 4096, int extraBytes = 0)
    : MemoryPool<byte>,
        IMemoryPoolFactory<byte>
{
    public const byte Rubbish = 0xDD;
    private readonly ConcurrentDictionary<Block, bool> _out = new();
    private int _rents;

    public override int MaxBufferSize => maxBufferSize;

    public int BlocksOut => _out.Count;

    public int Rents => Volatile.Read(ref _rents);

    public bool IsDisposed { get; private set; }

    /// <summary>What the next rent throws.</summary>
    public Exception? Fault { get; set; }

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        if (Fault is not null)
        {
            throw Fault;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, maxBufferSize);
        Interlocked.Increment(ref _rents);
        var block = new Block(this, minBufferSize + extraBytes);
        _out[block] = true;
        return block;
    }

    protected override void Dispose(bool disposing) => IsDisposed = true;

    private sealed class Block(CountingMemoryPool pool, int size) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = new byte[size];

        public Memory<byte> Memory => _bytes;

        public void Dispose()
        {
            Assert.True(pool._out.TryRemove(this, out _), "A block came back twice.");
            Array.Fill(_bytes, Rubbish);
        }
    }
}
