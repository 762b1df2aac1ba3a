using System.Globalization;

namespace ShadowMiddleware.Configuration;

/// <summary>One step of a pointer.</summary>
/// <param name="Name">The name of a member, without escapes.</param>
/// <param name="Index">The index of an element, where the name is one (RFC 6901 section 4); otherwise -1.</param>
/// <param name="IsAny">Whether it is any member and any index.</param>
internal sealed record JsonPointerSegment(string Name, long Index, bool IsAny)
{
    private const long NoIndex = -1;

    private readonly bool _isPlain = NameFolding.IsPlain(Name);
    private readonly string _folded = NameFolding.Fold(Name, NameFolding.Limit(Name.Length));

    public static JsonPointerSegment Parse(string escaped)
    {
        // In this order: ~01 is ~1, and no slash.
        var name = escaped.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        return new(name, ParseIndex(name), IsAny: name == "*");
    }

    /// <summary>Whether it is this member. Case does not count, as where ASP.NET binds it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="folded">The same by <see cref="NameFolding"/>; empty for a plain name, which is its own.</param>
    public bool IsMember(ReadOnlySpan<char> name, ReadOnlySpan<char> folded) =>
        IsAny
        || name.Equals(Name, StringComparison.OrdinalIgnoreCase)
        || (
            (!_isPlain || !folded.IsEmpty)
            && (folded.IsEmpty ? name : folded).Equals(_folded, StringComparison.InvariantCultureIgnoreCase)
        );

    public bool IsElement(long index) => IsAny || Index == index;

    private static long ParseIndex(string name) =>
        name is "0" or [>= '1' and <= '9', ..]
        && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : NoIndex;
}
