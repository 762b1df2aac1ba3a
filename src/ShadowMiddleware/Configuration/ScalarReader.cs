using System.Globalization;

namespace ShadowMiddleware.Configuration;

/// <summary>Reads single values, strictly: the invariant culture, no surrounding blanks, no second way to write the same thing.</summary>
internal static class ScalarReader
{
    public static bool TryBoolean(string text, out bool value)
    {
        value = string.Equals(text, bool.TrueString, StringComparison.OrdinalIgnoreCase);
        return value || string.Equals(text, bool.FalseString, StringComparison.OrdinalIgnoreCase);
    }

    public static bool TryInt32(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && IsPlain(text);

    public static bool TryInt64(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && IsPlain(text);

    public static bool TryDouble(string text, out double value) =>
        double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out value
        )
        && double.IsFinite(value)
        && IsPlain(text);

    /// <summary>Reads <c>[d.]hh:mm:ss[.fffffff]</c>. The platform would read "5" as five days and "1:30" as one and a half hours.</summary>
    public static bool TryTimeSpan(string text, out TimeSpan value)
    {
        value = default;
        return text.AsSpan().Count(':') == 2
            && IsPlain(text)
            && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Reads a moment by RFC 3339, with its offset: without one it would depend on where the process runs.</summary>
    public static bool TryMoment(string text, out DateTimeOffset value)
    {
        value = default;
        return IsPlain(text)
            && (text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':'))
            && DateTimeOffset.TryParseExact(
                text,
                "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out value
            );
    }

    /// <summary>Reads what somebody meant who wrote a bare number of seconds, up to a day of them.</summary>
    public static bool TrySeconds(string text, out TimeSpan value)
    {
        var isMeant = TryDouble(text, out var seconds) && seconds is >= 0 and <= 86_400;
        value = isMeant ? TimeSpan.FromSeconds(seconds) : default;
        return isMeant;
    }

    // The platform's parsers let blanks and trailing NULs pass that were not asked for.
    private static bool IsPlain(string text) => !text.Any(character => character <= ' ');
}
