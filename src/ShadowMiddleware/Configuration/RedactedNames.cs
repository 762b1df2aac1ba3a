using System.Collections.Frozen;

namespace ShadowMiddleware.Configuration;

/// <summary>
/// Names of query parameters or form fields whose values are redacted. Case does not count, and brackets are read as MVC reads them: who can bind a value to a name
/// has to write it so that it is found.
/// </summary>
internal sealed class RedactedNames
{
    private const int LengthOnStack = 256;

    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _folded;
    private readonly bool _arePlain;
    private readonly int _limit;

    public RedactedNames(IEnumerable<string> names)
    {
        var set = names.SelectMany(name => new[] { name, Bind(name) }).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _names = set.GetAlternateLookup<ReadOnlySpan<char>>();
        _arePlain = set.All(name => NameFolding.IsPlain(name));
        Longest = set.Select(name => name.Length).DefaultIfEmpty(0).Max();
        _limit = NameFolding.Limit(Longest);
        _folded = set.Select(name => NameFolding.Fold(name, _limit))
            .ToFrozenSet(NameFolding.Comparer)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>How many UTF-16 units the longest of them has. A name with brackets may have more, and yet be one of them.</summary>
    public int Longest { get; }

    /// <summary>Whether it is one of them, or an element or a part of one: <c>card[]</c>, <c>card[0]</c> and <c>card[number]</c> of <c>card</c>.</summary>
    public bool Contains(ReadOnlySpan<char> name)
    {
        if (Contains(_names, name, Longest))
        {
            return true;
        }

        return NameFolding.IsPlain(name)
            ? !_arePlain && Contains(_folded, name, _limit)
            : Contains(_folded, NameFolding.Fold(name, _limit), _limit);
    }

    private static bool Contains(
        FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> names,
        ReadOnlySpan<char> name,
        int longest
    ) =>
        (name.Length <= longest && names.Contains(name)) || (name.Contains('[') && ContainsBound(names, name, longest));

    private static bool ContainsBound(
        FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> names,
        ReadOnlySpan<char> name,
        int longest
    )
    {
        var room = longest <= LengthOnStack ? stackalloc char[longest] : new char[longest];
        var length = -1;
        for (var reading = new BracketedName(name, room); reading.MoveNext(); )
        {
            // Empty brackets add nothing, and there may be very many of them.
            if (reading.Bound.Length != length && names.Contains(reading.Bound))
            {
                return true;
            }

            length = reading.Bound.Length;
        }

        return false;
    }

    private static string Bind(string name)
    {
        var reading = new BracketedName(name, new char[name.Length]);
        while (reading.MoveNext()) { }

        return reading.IsAtEnd ? reading.Bound.ToString() : name;
    }
}
