using System.Buffers;
using System.Diagnostics;

namespace ShadowMiddleware.Capture;

/// <summary>
/// The bytes of one body in pooled blocks. One owner at a time, who alone appends and releases; others may read it while it is not
/// released. Not safe for use by several threads otherwise.
/// </summary>
internal sealed class PooledBodyBuffer
{
    // With the first block, room for 64 KB in blocks of 4 KB: a list grows from four by doubling, and costs twice as much by then.
    private const int FirstRoom = 15;
    private const int Growth = 4;

    // Most bodies fit one block, so the array is made for the second.
    private IMemoryOwner<byte>? _first;
    private IMemoryOwner<byte>?[] _rest = [];
    private int _restCount;
    private int _usedInLast;

    public PooledBodyBuffer(BlockPool pool)
    {
        Pool = pool;
        _usedInLast = pool.BlockSize;
    }

    /// <summary>Where the blocks come from.</summary>
    public BlockPool Pool { get; }

    // All blocks but the last are full.
    public long Length => _first is null ? 0 : ((long)_restCount * Pool.BlockSize) + _usedInLast;

    public int BlockCount => _first is null ? 0 : 1 + _restCount;

    /// <summary>Copies bytes to the end, as many as the budget has room for.</summary>
    /// <returns>What was not copied, to be tried again when there is room.</returns>
    public ReadOnlySpan<byte> Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && (_usedInLast < Pool.BlockSize || TryAddBlock()))
        {
            var room = LastBlock.Memory.Span[_usedInLast..Pool.BlockSize];
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            bytes = bytes[count..];
            _usedInLast += count;
        }

        return bytes;
    }

    /// <summary>The bytes of one block, in order.</summary>
    public ReadOnlyMemory<byte> GetBlock(int index)
    {
        var block = index == 0 ? _first! : _rest[index - 1]!;
        return block.Memory[..(index == BlockCount - 1 ? _usedInLast : Pool.BlockSize)];
    }

    /// <summary>Gives all blocks back. The buffer is empty afterwards, and a second call does nothing.</summary>
    public void Release()
    {
        if (_first is null)
        {
            return;
        }

        Pool.Return(_first);
        _first = null;
        foreach (var block in _rest.AsSpan(0, _restCount))
        {
            Pool.Return(block!);
        }

        _rest = [];
        _restCount = 0;
        _usedInLast = Pool.BlockSize;
    }

    private IMemoryOwner<byte> LastBlock => _restCount > 0 ? _rest[_restCount - 1]! : _first!;

    private bool TryAddBlock()
    {
        Debug.Assert(_usedInLast == Pool.BlockSize, "The last block has room.");
        var block = Pool.TryRent();
        if (block is null)
        {
            return false;
        }

        if (_first is null)
        {
            _first = block;
        }
        else
        {
            AddToRest(block);
        }

        _usedInLast = 0;
        return true;
    }

    private void AddToRest(IMemoryOwner<byte> block)
    {
        if (_restCount == _rest.Length)
        {
            Array.Resize(ref _rest, Math.Max(FirstRoom, _rest.Length * Growth));
        }

        _rest[_restCount++] = block;
    }
}
