using System.Globalization;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>Foretells whose values are redacted: a name covers what stands in brackets behind it, and empty brackets are as if they were not there. No planned name has a dot.</summary>
internal static class NameModel
{
    /// <param name="names">The names, without brackets and dots.</param>
    /// <param name="name">The name of a field, decoded; <see langword="null"/> is none.</param>
    public static bool Covers(IReadOnlyList<string> names, string? name)
    {
        name = name is null ? null : Seen(name);
        while (name is not null)
        {
            var bracket = name.IndexOf('[', StringComparison.Ordinal);
            if (names.Contains(bracket < 0 ? name : name[..bracket], StringComparer.OrdinalIgnoreCase))
            {
                return true;
            }

            var isEmpty = bracket >= 0 && name.AsSpan(bracket).StartsWith("[]", StringComparison.Ordinal);
            name = isEmpty ? name.Remove(bracket, 2) : null;
        }

        return false;
    }

    /// <summary>What of a name counts: characters that nobody sees do not.</summary>
    public static string Seen(string name) =>
        string.Concat(
            name.Where(character =>
                char.GetUnicodeCategory(character) is not (UnicodeCategory.Control or UnicodeCategory.Format)
            )
        );
}
