using System.Buffers;

namespace ShadowMiddleware.Configuration;

/// <summary>What a header's name and value may be made of.</summary>
internal static class HeaderNameRules
{
    // RFC 9110 section 5.6.2.
    private static readonly SearchValues<char> _token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );

    public static bool IsTokenCharacter(char character) => _token.Contains(character);

    public static bool IsToken(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(_token);

    /// <summary>Whether a request can have it as the value of a field. What blanks stand around a value do not belong to it (RFC 9110 section 5.5).</summary>
    public static bool IsFieldValue(string value) =>
        IsValue(value) && value.AsSpan().Trim(" \t").Length == value.Length;

    /// <summary>Whether the whole value can be sent as one field: no control character but the tab (RFC 9110 section 5.5), CR, LF and NUL above all.</summary>
    public static bool IsValue(string value)
    {
        foreach (var character in value)
        {
            if (character != '\t' && char.IsControl(character))
            {
                return false;
            }
        }

        return true;
    }
}
