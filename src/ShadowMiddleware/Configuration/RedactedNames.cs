using System.Collections.Frozen;

namespace ShadowMiddleware.Configuration;

/// <summary>Names of query parameters or form fields whose values are redacted. Case does not count.</summary>
internal sealed class RedactedNames
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;

    public RedactedNames(IEnumerable<string> names)
    {
        var set = names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _names = set.GetAlternateLookup<ReadOnlySpan<char>>();
        Longest = set.Select(name => name.Length).DefaultIfEmpty(0).Max();
    }

    /// <summary>How many UTF-16 units the longest of them has.</summary>
    public int Longest { get; }

    public bool Contains(ReadOnlySpan<char> name) => _names.Contains(name);
}
