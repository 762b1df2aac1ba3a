using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Sending;

/// <summary>Rewrites the path of a target.</summary>
internal static class PathRewriter
{
    /// <summary>Replaces all matches in the raw path. A target without one, and the query, stay as they are.</summary>
    /// <exception cref="NotSupportedException">The result is no path.</exception>
    /// <exception cref="System.Text.RegularExpressions.RegexMatchTimeoutException">It took too long.</exception>
    public static string Rewrite(string target, PathRewrite rewrite)
    {
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? target : target[..end];
        var rewritten = rewrite.Pattern.Replace(path, rewrite.Replacement);
        if (ReferenceEquals(rewritten, path))
        {
            return target;
        }

        return TargetRules.IsPath(rewritten)
            ? end < 0
                ? rewritten
                : string.Concat(rewritten, target.AsSpan(end))
            : throw new NotSupportedException("The rewritten path is none that a request line can carry.");
    }
}
