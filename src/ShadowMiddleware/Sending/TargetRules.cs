namespace ShadowMiddleware.Sending;

/// <summary>What the parts of a target may be made of when they are not those of a request, which are copied as they came.</summary>
internal static class TargetRules
{
    /// <summary>Whether it can be the path: it begins with a slash, and has no query, no fragment and nothing that a request line cannot carry.</summary>
    public static bool IsPath(string path) =>
        path.StartsWith('/') && IsVisible(path) && !path.AsSpan().ContainsAny('?', '#');

    /// <summary>Whether it can be the query, its question mark included.</summary>
    public static bool IsQuery(string query) =>
        (query.Length == 0 || query[0] == '?') && IsVisible(query) && !query.Contains('#', StringComparison.Ordinal);

    private static bool IsVisible(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
