using System.Text;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Redaction;

namespace ShadowMiddleware.Explaining;

/// <summary>Hides what the query of a copy must not show: what nobody has asked about, and what carries credentials.</summary>
internal static class QueryMask
{
    /// <param name="address">Where the copy would go. What redaction has written in it is shown: it shows that it works.</param>
    /// <param name="asked">The target that was asked about: its values are known to whoever asks.</param>
    public static string Apply(string address, string asked)
    {
        var known = Pairs(asked).Select(pair => pair.Text).ToHashSet(StringComparer.Ordinal);
        var masked = new StringBuilder(address[..(address.Length - QueryOf(address).Length)]);
        foreach (var (text, separator) in Pairs(address))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : text[..(equals + 1)];
            var isHarmless =
                text.Length == name.Length
                || text[name.Length..] == BodyEdits.Word
                || (known.Contains(text) && !CredentialNames.Match(Uri.UnescapeDataString(name)));
            masked.Append(isHarmless ? text : name + SecretMask.Mask).Append(separator);
        }

        return masked.ToString();
    }

    // With a semicolon as with an ampersand, as redaction divides them.
    private static IEnumerable<(string Text, string Separator)> Pairs(string target)
    {
        for (var rest = QueryOf(target); rest.Length > 0; )
        {
            var end = rest.AsSpan().IndexOfAny('&', ';');
            yield return end < 0 ? (rest, "") : (rest[..end], rest[end..(end + 1)]);
            rest = end < 0 ? "" : rest[(end + 1)..];
        }
    }

    private static string QueryOf(string target) =>
        target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? target[(mark + 1)..] : "";
}
