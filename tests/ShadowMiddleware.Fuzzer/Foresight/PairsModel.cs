using System.Text;
using System.Text.RegularExpressions;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>Redacts the values of names in pairs, <c>a=1&amp;b=2</c>, of bytes that are written one for one as characters.</summary>
internal static partial class PairsModel
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="pairs">The pairs.</param>
    /// <param name="names">Whose values are redacted.</param>
    /// <param name="isClear">Whether everybody decodes each name alike. Else there need not be a copy, but if there is, it is this.</param>
    public static string Redact(string pairs, IReadOnlyList<string> names, out bool isClear)
    {
        var clear = true;
        var redacted = pairs
            .Split('&')
            .Select(pair => Redacted(pair) ?? string.Join(';', pair.Split(';').Select(part => Redacted(part) ?? part)))
            .ToArray();
        isClear = clear;
        return string.Join('&', redacted);

        string? Redacted(string pair)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            return equals >= 0 && IsMeant(pair[..equals]) ? pair[..(equals + 1)] + "redacted" : null;
        }

        bool IsMeant(string name)
        {
            var plus = Decode(name);
            var blank = Decode(name.Replace('+', ' '));
            clear &= plus is not null && !plus.Contains('\0', StringComparison.Ordinal);
            return NameModel.Covers(names, plus) || NameModel.Covers(names, blank);
        }
    }

    private static string? Decode(string name)
    {
        if (BrokenEscape().IsMatch(name))
        {
            return null;
        }

        var bytes = Escape().Replace(name, match => ((char)Convert.ToByte(match.Value[1..], 16)).ToString());
        try
        {
            return Utf8.GetString(Encoding.Latin1.GetBytes(bytes));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex BrokenEscape();

    [GeneratedRegex("%[0-9A-Fa-f]{2}", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Escape();
}
