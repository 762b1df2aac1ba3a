using System.Globalization;

namespace ShadowMiddleware.Http;

/// <summary>Paths of targets, as servers of all kinds may read them.</summary>
internal static class TargetPath
{
    // Stands for a slash that was decoded after the path had been divided.
    private const char NoDivider = '\0';

    /// <summary>Whether an address, without a slash at its end, has a path.</summary>
    public static bool IsIn(string address) =>
        address.IndexOf('/', address.IndexOf("://", StringComparison.Ordinal) + "://".Length) >= 0;

    /// <summary>
    /// Whether a server might go above the path where a target begins. Servers differ: some decode percent-encodings twice, before they divide the path or after it; some take a backslash for a slash.
    /// Whatever makes a path go higher is taken as done by all: encoded dots are dots, empty segments do not count, and a semicolon ends a segment, so that <c>..;x</c> goes up.
    /// </summary>
    /// <param name="target">The target in origin-form, raw, with or without a query.</param>
    /// <returns><see langword="true"/> when one way to read it goes above, if only on its way to somewhere below.</returns>
    public static bool MayClimb(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target.AsSpan() : target.AsSpan(0, query);

        // Two dots side by side, or a dot or a percent sign that is encoded: nothing else becomes "..".
        if (
            !path.Contains("..", StringComparison.Ordinal)
            && !path.Contains("%2e", StringComparison.OrdinalIgnoreCase)
            && !path.Contains("%25", StringComparison.Ordinal)
        )
        {
            return false;
        }

        // Divided as it came, after it was decoded once, and after it was decoded twice.
        return Climbs(Decode(Decode(path, divides: false), divides: false))
            || Climbs(Decode(Decode(path, divides: true), divides: false))
            || Climbs(Decode(Decode(path, divides: true), divides: true));
    }

    private static bool Climbs(ReadOnlySpan<char> path) => Climbs(path, "/") || Climbs(path, @"/\");

    private static bool Climbs(ReadOnlySpan<char> path, ReadOnlySpan<char> dividers)
    {
        var depth = 0;
        foreach (var range in path.SplitAny(dividers))
        {
            var segment = path[range];
            var semicolon = segment.IndexOf(';');
            var name = semicolon < 0 ? segment : segment[..semicolon];
            if (name is "" or ".")
            {
                continue;
            }

            depth += name is ".." ? -1 : 1;
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }

    // ASCII alone: nothing else divides a path or is a dot.
    private static ReadOnlySpan<char> Decode(ReadOnlySpan<char> text, bool divides)
    {
        if (!text.Contains('%'))
        {
            return text;
        }

        var decoded = new char[text.Length];
        var length = 0;
        while (!text.IsEmpty)
        {
            var taken = 1;
            var character = text[0];
            if (
                character == '%'
                && text.Length >= 3
                && byte.TryParse(text[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                && code < 0x80
            )
            {
                taken = 3;
                character = !divides && code is ((byte)'/' or (byte)'\\') ? NoDivider : (char)code;
            }

            decoded[length++] = character;
            text = text[taken..];
        }

        return decoded.AsSpan(0, length);
    }
}
