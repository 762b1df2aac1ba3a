using System.Buffers;
using System.Text.Unicode;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Redaction;

/// <summary>Finds the values of names in pairs, <c>a=1&amp;b=2</c>, those of a query or of a form, in slices.</summary>
internal sealed class PairRedactor
{
    // Of each UTF-16 unit of a name: three bytes of UTF-8, each with an escape.
    private const int MostBytesPerUnit = 9;
    private const int LengthOnStack = 256;

    private readonly RedactedNames _names;
    private readonly BodyEdits _edits;
    private ReadOnlySequence<byte> _rest;
    private long _start;

    /// <param name="pairs">The pairs, without a question mark in front.</param>
    /// <param name="names">Whose values to find.</param>
    /// <param name="edits">What was found.</param>
    public PairRedactor(in ReadOnlySequence<byte> pairs, RedactedNames names, BodyEdits edits)
    {
        _rest = pairs;
        _names = names;
        _edits = edits;
    }

    /// <summary>Looks at one slice more.</summary>
    /// <returns>Whether it was the last.</returns>
    /// <exception cref="NotSupportedException">Nobody can tell what a name is.</exception>
    public bool Step()
    {
        for (var end = _start + BodyRedactor.SliceLength; !_rest.IsEmpty && _start < end; )
        {
            var pair = TakePart(ref _rest, (byte)'&', out var taken);
            if (!FindIn(pair, _start, _names, _edits))
            {
                FindBetweenSemicolons(pair, _start, _names, _edits);
            }

            _start += taken;
        }

        return _rest.IsEmpty;
    }

    // A semicolon is a part of the value to ASP.NET, and the end of it to others.
    private static void FindBetweenSemicolons(
        ReadOnlySequence<byte> rest,
        long start,
        RedactedNames names,
        BodyEdits edits
    )
    {
        if (rest.PositionOf((byte)';') is null)
        {
            return;
        }

        while (!rest.IsEmpty)
        {
            var part = TakePart(ref rest, (byte)';', out var taken);
            _ = FindIn(part, start, names, edits);
            start += taken;
        }
    }

    private static ReadOnlySequence<byte> TakePart(ref ReadOnlySequence<byte> rest, byte separator, out long taken)
    {
        var part = rest;
        if (rest.PositionOf(separator) is { } end)
        {
            part = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            taken = part.Length + 1;
        }
        else
        {
            rest = default;
            taken = part.Length;
        }

        return part;
    }

    private static bool FindIn(in ReadOnlySequence<byte> pair, long start, RedactedNames names, BodyEdits edits)
    {
        if (pair.PositionOf((byte)'=') is not { } equals)
        {
            return false;
        }

        var name = pair.Slice(0, equals);
        if (!IsMeant(name, names))
        {
            return false;
        }

        var valueStart = name.Length + 1;
        edits.Add(start + valueStart, pair.Length - valueStart, Replacement.Word);
        return true;
    }

    private static bool IsMeant(in ReadOnlySequence<byte> name, RedactedNames names)
    {
        if (name.IsEmpty || (name.Length > (long)MostBytesPerUnit * names.Longest && !MayBeAnother(name)))
        {
            return false;
        }

        var length = (int)name.Length;
        var bytes = length <= LengthOnStack ? stackalloc byte[LengthOnStack] : new byte[length];
        bytes = bytes[..length];
        name.CopyTo(bytes);

        // A plus is a blank to ASP.NET, and a plus to those who read no more than RFC 3986.
        if (!bytes.Contains((byte)'+'))
        {
            return IsMeantDecoded(bytes, names);
        }

        var withBlanks = length <= LengthOnStack ? stackalloc byte[LengthOnStack] : new byte[length];
        withBlanks = withBlanks[..length];
        bytes.Replace(withBlanks, (byte)'+', (byte)' ');
        return IsMeantDecoded(withBlanks, names) || IsMeantDecoded(bytes, names);
    }

    // With brackets it may be longer than what it is bound to, card[][][][number], and so it may with characters that do not count.
    private static bool MayBeAnother(in ReadOnlySequence<byte> name) =>
        !Utf8Text.IsPlain(name) || name.PositionOf((byte)'[') is not null || name.PositionOf((byte)'%') is not null;

    private static bool IsMeantDecoded(Span<byte> name, RedactedNames names)
    {
        if (!PercentEncoding.TryDecode(name, out var length))
        {
            throw new NotSupportedException(
                "A name in the query or the form holds a percent sign that begins no escape, so that nobody can tell whether it is to be redacted."
            );
        }

        var characters = length <= LengthOnStack ? stackalloc char[LengthOnStack] : new char[length];
        if (
            Utf8.ToUtf16(name[..length], characters, out _, out var count, replaceInvalidSequences: false)
            != OperationStatus.Done
        )
        {
            throw new NotSupportedException(
                "A name in the query or the form is not UTF-8, so that nobody can tell whether it is to be redacted."
            );
        }

        characters = characters[..count];
        return characters.Contains('\0')
            ? throw new NotSupportedException(
                "A name in the query or the form holds U+0000, where it ends for some readers."
            )
            : names.Contains(characters);
    }
}
