using System.Diagnostics;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Redaction;

/// <summary>What is to be replaced in a text of bytes: where, and by what. The text itself stays where it is.</summary>
/// <remarks>
/// Who writes the body chooses how many values match. Each edit is therefore kept as two numbers in as few bytes as they need (LEB128), which are never more than
/// the bytes of the value and of what stands in front of it: all edits together are no longer than the body, for which the configuration has a limit. What is
/// beyond the first <see cref="ChunkLength"/> bytes of them is charged, because many bodies may be redacted at once.
/// </remarks>
internal sealed class BodyEdits
{
    /// <summary>What stands in the place of a value in a query or a form.</summary>
    public const string Word = "redacted";

    /// <summary>How many bytes of edits are held without a charge.</summary>
    internal const int ChunkLength = 4096;

    private const int FirstRoom = 16;
    private const int BitsOfReplacement = 2;
    private const int BitsPerByte = 7;
    private const byte Continued = 1 << BitsPerByte;
    private static readonly byte[][] _words = ["redacted"u8.ToArray(), "\"redacted\""u8.ToArray(), "null"u8.ToArray()];

    private readonly Func<int, bool>? _charge;
    private readonly List<byte[]> _full = [];
    private byte[] _last = [];
    private int _usedInLast;
    private long _end;

    /// <param name="charge">Asked for room for so many bytes more; <see langword="null"/> where nobody counts them. They are held as long as this is.</param>
    public BodyEdits(Func<int, bool>? charge = null) => _charge = charge;

    public int Count { get; private set; }

    /// <summary>By how many bytes the text gets longer; negative when it gets shorter.</summary>
    public long Growth { get; private set; }

    /// <summary>Adds an edit behind all others.</summary>
    /// <param name="start">The position of the first byte that is replaced.</param>
    /// <param name="length">How many bytes are; none where an empty value gets the word.</param>
    /// <param name="replacement">By what.</param>
    /// <exception cref="ByteBudgetException">There is no room for it.</exception>
    public void Add(long start, long length, Replacement replacement)
    {
        Debug.Assert(start >= _end && length >= 0, "Edits are added from the front to the back.");
        Write(start - _end);
        Write((length << BitsOfReplacement) | (long)replacement);
        _end = start + length;
        Growth += _words[(int)replacement].Length - length;
        Count++;
    }

    /// <summary>The text with all edits, in pieces: what stays, as it lies in the blocks, and what is new.</summary>
    /// <param name="blocks">The text. Pieces are valid as long as these are.</param>
    public IEnumerable<ReadOnlyMemory<byte>> Apply(IEnumerable<ReadOnlyMemory<byte>> blocks)
    {
        var next = 0;
        var position = 0L;
        var editStart = 0L;
        var editLength = 0L;
        var word = Array.Empty<byte>();
        var hasEdit = Read();
        var toSkip = 0L;
        foreach (var block in blocks)
        {
            var rest = block;
            while (true)
            {
                var skipped = (int)Math.Min(toSkip, rest.Length);
                toSkip -= skipped;
                position += skipped;
                rest = rest[skipped..];
                if (!hasEdit || editStart >= position + rest.Length)
                {
                    break;
                }

                var kept = (int)(editStart - position);
                yield return rest[..kept];
                yield return word;
                position += kept;
                rest = rest[kept..];
                toSkip = editLength;
                hasEdit = Read();
            }

            yield return rest;
            position += rest.Length;
        }

        // An empty value at the very end.
        if (hasEdit)
        {
            yield return word;
        }

        bool Read()
        {
            if (next == (_full.Count * ChunkLength) + _usedInLast)
            {
                return false;
            }

            editStart = editStart + editLength + ReadNumber(ref next);
            var lengthAndWord = ReadNumber(ref next);
            editLength = lengthAndWord >> BitsOfReplacement;
            word = _words[lengthAndWord & ((1 << BitsOfReplacement) - 1)];
            return true;
        }
    }

    private void Write(long number)
    {
        for (; number >= Continued; number >>= BitsPerByte)
        {
            WriteByte((byte)(number | Continued));
        }

        WriteByte((byte)number);
    }

    private void WriteByte(byte value)
    {
        if (_usedInLast == _last.Length)
        {
            Grow();
        }

        _last[_usedInLast++] = value;
    }

    private void Grow()
    {
        if (_last.Length < ChunkLength)
        {
            Array.Resize(ref _last, Math.Max(FirstRoom, 2 * _last.Length));
            return;
        }

        if (_charge?.Invoke(ChunkLength) == false)
        {
            throw new ByteBudgetException();
        }

        _full.Add(_last);
        _last = new byte[ChunkLength];
        _usedInLast = 0;
    }

    private long ReadNumber(ref int index)
    {
        var number = 0L;
        for (var shift = 0; ; shift += BitsPerByte)
        {
            var chunk = index / ChunkLength;
            var value = (chunk < _full.Count ? _full[chunk] : _last)[index++ % ChunkLength];
            number |= (long)(value & (Continued - 1)) << shift;
            if (value < Continued)
            {
                return number;
            }
        }
    }
}
