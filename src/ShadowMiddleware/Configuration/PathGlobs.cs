namespace ShadowMiddleware.Configuration;

/// <summary>
/// Finds wildcards and regular expressions where a route pattern is meant, and the route pattern that they stand for. Routing takes their signs for text that no request has, so that the rule would never match.
/// </summary>
internal static class PathGlobs
{
    private const string OneSegment = "[]";
    private static readonly string[] _oneSegment = ["([^/]+)", "([^/]*)", "[^/]+", "[^/]*"];
    private static readonly string[] _regexSigns = [".*", ".+", "\\", "[^", "[0-9", "[a-z", "[A-Z", "(?", "|"];

    /// <returns><see langword="null"/> when it is neither; else what is wrong and how to mend it, without the value.</returns>
    public static string? FindFault(string text)
    {
        var outside = WithoutParameters(text);
        var isRegex =
            outside.StartsWith('^')
            || outside.EndsWith('$')
            || _regexSigns.Any(sign => outside.Contains(sign, StringComparison.Ordinal));
        if (!isRegex && !outside.Contains('*', StringComparison.Ordinal))
        {
            return null;
        }

        var kind = isRegex ? "it is a regular expression" : "it has a wildcard";
        var mend = Translate(text) ?? "one such as /orders/{id} or /catalog/{**rest}";
        return $"{kind}, and a route pattern is meant; write {SecretMask.Escape(mend)}.";
    }

    private static string WithoutParameters(string text)
    {
        var depth = 0;
        return string.Concat(
            text.Where(character =>
            {
                depth += character == '{' ? 1 : 0;
                var isOutside = depth == 0;
                depth -= character == '}' && depth > 0 ? 1 : 0;
                return isOutside;
            })
        );
    }

    private static string? Translate(string text)
    {
        var path = text.TrimStart('^').TrimEnd('$').Replace("\\/", "/", StringComparison.Ordinal);
        path = path.Replace("\\.", ".", StringComparison.Ordinal).Replace("\\-", "-", StringComparison.Ordinal);

        // A slash within brackets does not end a segment.
        path = _oneSegment.Aggregate(path, (text, sign) => text.Replace(sign, OneSegment, StringComparison.Ordinal));
        path = path.EndsWith("(/.*)?", StringComparison.Ordinal) ? $"{path[..^6]}/.*" : path;
        var segments = path.TrimStart('/').Split('/');
        for (var index = 0; index < segments.Length; index++)
        {
            if (Translate(segments[index], index == segments.Length - 1, index, text) is not { } segment)
            {
                return null;
            }

            segments[index] = segment;
        }

        var meant = $"/{string.Join('/', segments)}";
        return
            WithoutParameters(meant).Contains('*', StringComparison.Ordinal)
            || !PathPattern.TryParse(meant, out _, out _)
            ? null
            : meant;
    }

    private static string? Translate(string segment, bool isLast, int index, string text) =>
        segment switch
        {
            "*" or "**" or ".*" or ".+" or "(.*)" or "(.+)" when isLast => $"{{**{Name("rest", text)}}}",
            "*" or OneSegment => $"{{{Name($"part{index + 1}", text)}}}",
            "\\d+" or "(\\d+)" or "[0-9]+" or "([0-9]+)" => $"{{{Name($"number{index + 1}", text)}:int}}",
            _ => WithoutParameters(segment).All(IsPlain) ? segment : null,
        };

    private static string Name(string name, string text) =>
        text.Contains($"{{{name}", StringComparison.OrdinalIgnoreCase) ? Name($"{name}_", text) : name;

    private static bool IsPlain(char character) =>
        char.IsLetterOrDigit(character) || "-._~%!&',;=:@".Contains(character, StringComparison.Ordinal);
}
