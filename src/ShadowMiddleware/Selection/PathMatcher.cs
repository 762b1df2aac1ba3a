using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Selection;

/// <summary>Matches decoded paths as endpoint routing does: literals ignore case, a parameter takes a segment that is not empty, and one slash at the end does not count.</summary>
internal static class PathMatcher
{
    /// <param name="pattern">The pattern.</param>
    /// <param name="path">The path with its first slash; empty for none.</param>
    public static bool Matches(PathPattern pattern, ReadOnlySpan<char> path)
    {
        var rest = path.IsEmpty ? path : path[1..];
        foreach (var segment in pattern.Segments)
        {
            if (segment.IsCatchAll)
            {
                return true;
            }

            if (rest.IsEmpty)
            {
                return segment.MayBeMissing;
            }

            var slash = rest.IndexOf('/');
            if (!Matches(segment, slash < 0 ? rest : rest[..slash]))
            {
                return false;
            }

            rest = slash < 0 ? [] : rest[(slash + 1)..];
        }

        return rest.IsEmpty;
    }

    private static bool Matches(PathSegment segment, ReadOnlySpan<char> text)
    {
        if (segment.Literal is { } literal)
        {
            return text.Equals(literal, StringComparison.OrdinalIgnoreCase);
        }

        if (text.IsEmpty)
        {
            return false;
        }

        foreach (var constraint in segment.Constraints)
        {
            if (!constraint(text))
            {
                return false;
            }
        }

        return true;
    }
}
