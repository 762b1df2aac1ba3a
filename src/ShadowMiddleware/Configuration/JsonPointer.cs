using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ShadowMiddleware.Configuration;

/// <summary>A place in a JSON document (RFC 6901), with <c>*</c> for any member or index.</summary>
/// <param name="Segments">None for the whole document.</param>
internal sealed record JsonPointer(ImmutableArray<JsonPointerSegment> Segments)
{
    public const string Mend = "write a JSON Pointer such as /card/number or /items/*/secret.";

    /// <summary>How many UTF-16 units the longest name has that it asks for; 0 for none.</summary>
    public int LongestName { get; } =
        Segments.Where(segment => !segment.IsAny).Select(segment => segment.Name.Length).DefaultIfEmpty(0).Max();

    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out JsonPointer? pointer,
        [NotNullWhen(false)] out string? fault
    )
    {
        pointer = null;
        fault = FindFault(text);
        if (fault is not null)
        {
            return false;
        }

        // Not Split: of an empty text it makes one segment, and that is a member without a name.
        pointer = new(text.Length == 0 ? [] : [.. text[1..].Split('/').Select(JsonPointerSegment.Parse)]);
        return true;
    }

    private static string? FindFault(string text)
    {
        if (text is not ("" or ['/', ..]))
        {
            return $"a pointer begins with a slash; {Mend}";
        }

        if (!Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Equals(text, StringComparison.Ordinal))
        {
            return $"it holds half of a surrogate pair, which is no character; {Mend}";
        }

        for (var index = text.IndexOf('~', StringComparison.Ordinal); index >= 0; index = text.IndexOf('~', index + 1))
        {
            if (index + 1 == text.Length || text[index + 1] is not ('0' or '1'))
            {
                return "a ~ stands for nothing by itself; write ~0 for a tilde in a name, and ~1 for a slash.";
            }
        }

        return text.Split('/').Any(segment => segment.Length > 1 && segment.Contains('*', StringComparison.Ordinal))
            ? "a * stands for a whole member or index, never for a part of one; write it alone between two slashes, or the name in full."
            : null;
    }
}
