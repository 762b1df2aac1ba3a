namespace ShadowMiddleware;

/// <summary>How the path of a copy differs from that of its request.</summary>
public sealed class PathRewriteOptions
{
    /// <summary>What is replaced: each match in the raw, undecoded path, without the query and before the address's path is put in front.</summary>
    /// <value>
    /// Required. A regular expression of .NET that needs no backtracking: look-arounds, back-references, atomic groups and conditionals are faults,
    /// because clients could make them run away. Case counts; <c>(?i)</c> in front ignores it.
    /// </value>
    public string? Pattern { get; set; }

    /// <summary>What takes the place of each match.</summary>
    /// <value>
    /// Required; may be empty. <c>$1</c>, <c>${name}</c>, <c>$&amp;</c> and <c>$$</c> as in .NET. A result that does not begin with a slash, or holds what a
    /// path cannot, makes no copy: <c>transform_failed</c>.
    /// </value>
    public string? Replacement { get; set; }
}
