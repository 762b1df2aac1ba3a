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

    private readonly BlockPool _pool;

    // Most bodies fit one block, so the array is made for the second.
    private IMemoryOwner<byte>? _first;
    private IMemoryOwner<byte>?[] _rest = [];
    private int _restCount;
    private int _usedInLast;

    public PooledBodyBuffer(BlockPool pool)
    {
        _pool = pool;
        _usedInLast = pool.BlockSize;
    }

    public long Length { get; private set; }

    public int BlockCount => _first is null ? 0 : 1 + _restCount;

    /// <summary>Copies bytes to the end, as many as the budget has room for.</summary>
    /// <returns>What was not copied, to be tried again when there is room.</returns>
    public ReadOnlySpan<byte> Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && (_usedInLast < _pool.BlockSize || TryAddBlock()))
        {
            var room = LastBlock.Memory.Span[_usedInLast.._pool.BlockSize];
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            bytes = bytes[count..];
            _usedInLast += count;
            Length += count;
        }

        return bytes;
    }

    /// <summary>The bytes of one block, in order.</summary>
    public ReadOnlyMemory<byte> GetBlock(int index)
    {
        var block = index == 0 ? _first! : _rest[index - 1]!;
        return block.Memory[..(index == BlockCount - 1 ? _usedInLast : _pool.BlockSize)];
    }

    /// <summary>Gives all blocks back. The buffer is empty afterwards, and a second call does nothing.</summary>
    public void Release()
    {
        if (_first is null)
        {
            return;
        }

        _pool.Return(_first);
        _first = null;
        foreach (var block in _rest.AsSpan(0, _restCount))
        {
            _pool.Return(block!);
        }

        _rest = [];
        _restCount = 0;
        _usedInLast = _pool.BlockSize;
        Length = 0;
    }

    private IMemoryOwner<byte> LastBlock => _restCount > 0 ? _rest[_restCount - 1]! : _first!;

    private bool TryAddBlock()
    {
        Debug.Assert(_usedInLast == _pool.BlockSize, "The last block has room.");
        var block = _pool.TryRent();
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
