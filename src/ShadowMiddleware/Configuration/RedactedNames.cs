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

    public RedactedNames(IEnumerable<string> names)
    {
        var set = names.SelectMany(name => new[] { name, Bind(name) }).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _names = set.GetAlternateLookup<ReadOnlySpan<char>>();
        Longest = set.Select(name => name.Length).DefaultIfEmpty(0).Max();
    }

    /// <summary>How many UTF-16 units the longest of them has. A name with brackets may have more, and yet be one of them.</summary>
    public int Longest { get; }

    /// <summary>Whether it is one of them, or an element or a part of one: <c>card[]</c>, <c>card[0]</c> and <c>card[number]</c> of <c>card</c>.</summary>
    public bool Contains(ReadOnlySpan<char> name) =>
        _names.Contains(name) || (name.Contains('[') && ContainsWithoutBrackets(name));

    private bool ContainsWithoutBrackets(ReadOnlySpan<char> name)
    {
        var room = Longest <= LengthOnStack ? stackalloc char[Longest] : new char[Longest];
        for (var reading = new BracketedName(name, room); reading.MoveNext(); )
        {
            if (_names.Contains(reading.Bound))
            {
                return true;
            }
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
