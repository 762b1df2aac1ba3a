using System.Globalization;
using System.Text;

namespace ShadowMiddleware.Configuration;

/// <summary>How values appear in messages: what may be a secret is masked, control characters cannot break a log line, nothing is long.</summary>
internal static class SecretMask
{
    public const string Mask = "***";

    private const int MaxLength = 200;

    /// <summary>Quotes a value that is no secret as such, yet may be an address with secrets in it, even in the wrong place.</summary>
    public static string Quote(string value) => $"'{Escape(Address(value))}'";

    /// <summary>Quotes what should be a header's name. From the first character that no name has, it may be a value.</summary>
    public static string QuoteName(string name) => $"'{Name(name)}'";

    /// <summary>What should be a header's name, up to where it stops being one.</summary>
    public static string Name(string name)
    {
        var end = 0;
        while (end < name.Length && HeaderNameRules.IsTokenCharacter(name[end]))
        {
            end++;
        }

        return end == name.Length ? Escape(name) : Escape(name[..end]) + Mask;
    }

    /// <summary>A part of a key, fit for a message.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(Math.Min(text.Length, MaxLength) + 1);
        foreach (var character in text)
        {
            if (escaped.Length >= MaxLength)
            {
                return escaped.Append('…').ToString();
            }

            if (NeedsEscape(character))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                escaped.Append(character);
            }
        }

        return escaped.ToString();
    }

    /// <summary>Masks user info, query and fragment, without relying on the address being a valid one.</summary>
    private static string Address(string value)
    {
        // A password may itself hold '/', '?', '#' or '@', so the last '@' ends it, wherever that stands.
        var at = value.LastIndexOf('@');
        if (at >= 0)
        {
            value = string.Concat(value.AsSpan(0, SchemeLength(value, at)), Mask, value.AsSpan(at));
        }

        var tail = value.AsSpan().IndexOfAny('?', '#');
        return tail >= 0 && tail + 1 < value.Length ? string.Concat(value.AsSpan(0, tail + 1), Mask) : value;
    }

    // Only the two schemes that are known not to be secrets stay readable in front of a masked part.
    private static int SchemeLength(string value, int at)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["https://", "http://"])
        {
            if (scheme.Length <= at && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return scheme.Length;
            }
        }

        return 0;
    }

    // Line and paragraph separators, bidirectional overrides and lone surrogates garble a terminal as control characters do.
    private static bool NeedsEscape(char character) =>
        char.GetUnicodeCategory(character)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate;
}
