namespace ShadowMiddleware.Configuration;

/// <summary>
/// Reads a name with brackets as MVC binds it, bracket by bracket: <c>x[]</c> is <c>x</c>, <c>x[y]</c> is <c>x.y</c>, and <c>x[0]</c> is an element of <c>x</c>.
/// </summary>
internal ref struct BracketedName
{
    private readonly Span<char> _room;
    private ReadOnlySpan<char> _rest;
    private int _length;

    /// <param name="name">The name, decoded.</param>
    /// <param name="room">Where it is written as it is bound. What does not fit ends the reading.</param>
    public BracketedName(ReadOnlySpan<char> name, Span<char> room)
    {
        _rest = name;
        _room = room;
    }

    /// <summary>What was read: up to a bracket, or all of it.</summary>
    public readonly ReadOnlySpan<char> Bound => _room[.._length];

    public bool IsAtEnd { get; private set; }

    /// <summary>Reads up to the next bracket or to the end.</summary>
    /// <returns><see langword="false"/> when there is no more, or nothing that is bound.</returns>
    public bool MoveNext()
    {
        if (IsAtEnd || (_rest is ['[', ..] && !TryReadBrackets()))
        {
            return false;
        }

        var next = _rest.IndexOf('[');
        IsAtEnd = next < 0;
        var text = IsAtEnd ? _rest : _rest[..next];
        _rest = _rest[text.Length..];
        return TryAppend(text);
    }

    // As JQueryKeyValuePairNormalizer of MVC. An index stays.
    private bool TryReadBrackets()
    {
        var close = _rest.IndexOf(']');
        if (close < 0)
        {
            return false;
        }

        var brackets = _rest[..(close + 1)];
        var inner = brackets[1..close];
        _rest = _rest[brackets.Length..];
        return inner.IsEmpty || (char.IsDigit(inner[0]) ? TryAppend(brackets) : TryAppend(".") && TryAppend(inner));
    }

    private bool TryAppend(ReadOnlySpan<char> text)
    {
        if (!text.TryCopyTo(_room[_length..]))
        {
            return false;
        }

        _length += text.Length;
        return true;
    }
}
