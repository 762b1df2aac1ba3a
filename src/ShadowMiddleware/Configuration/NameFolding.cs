using System.Globalization;
using System.Text;

namespace ShadowMiddleware.Configuration;

/// <summary>
/// Folds a name so that it can be compared with what a reader other than ASP.NET may take it for: <c>ſecret</c> is <c>secret</c> to those who fold case as Unicode
/// says, and characters that cannot be seen do not count where the invariant culture compares.
/// </summary>
internal static class NameFolding
{
    // One character of a name that was asked for may be four in a name that means the same (U+1F82, decomposed).
    private const int MostPerCharacter = 4;
    private const int Spare = 32;
    private const char FirstFullWidth = '\uFF01';
    private const char LastFullWidth = '\uFF5E';
    private const int FullWidthToAscii = '\uFF01' - '!';

    /// <summary>Compares what was folded.</summary>
    public static StringComparer Comparer => StringComparer.InvariantCultureIgnoreCase;

    /// <summary>Whether a name is all printable ASCII, which every reader compares alike but for its case.</summary>
    public static bool IsPlain(ReadOnlySpan<char> name) => !name.ContainsAnyExceptInRange(' ', '~');

    /// <summary>How long a folded name may be that is to be compared with names of this length.</summary>
    public static int Limit(int longest) => (MostPerCharacter * longest) + Spare;

    /// <summary>Folds a name. What it means to the invariant culture stays the same, but for the letters that this culture keeps apart and others do not.</summary>
    /// <param name="name">The name, decoded.</param>
    /// <param name="limit">When it is longer, marks are left out: to compare many of them takes the square of their number.</param>
    public static string Fold(ReadOnlySpan<char> name, int limit)
    {
        var folded = Fold(name, withoutMarks: false);
        return folded.Length <= limit ? folded : Fold(folded, withoutMarks: true);
    }

    private static string Fold(ReadOnlySpan<char> name, bool withoutMarks)
    {
        var folded = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (!IsIgnored(Rune.GetUnicodeCategory(rune), withoutMarks))
            {
                Append(folded, rune);
            }
        }

        return folded.ToString();
    }

    private static bool IsIgnored(UnicodeCategory category, bool withoutMarks) =>
        category is UnicodeCategory.Control or UnicodeCategory.Format
        || (
            withoutMarks
            && category
                is UnicodeCategory.NonSpacingMark
                    or UnicodeCategory.SpacingCombiningMark
                    or UnicodeCategory.EnclosingMark
        );

    // The letters of other scripts that are letters of ASCII in upper or in lower case, or folded, to Unicode, Java, Go or Python; and ASCII in the width of East Asia.
    private static void Append(StringBuilder folded, Rune rune)
    {
        switch (rune.Value)
        {
            case 'ſ':
                folded.Append('s');
                break;
            case '\u212A':
                folded.Append('k');
                break;
            case 'ı' or 'İ':
                folded.Append('i');
                break;
            case 'ß' or 'ẞ':
                folded.Append("ss");
                break;
            case >= FirstFullWidth and <= LastFullWidth:
                folded.Append((char)(rune.Value - FullWidthToAscii));
                break;
            default:
                folded.Append(rune);
                break;
        }
    }
}
