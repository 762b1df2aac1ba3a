using Key = ShadowMiddleware.Configuration.Keys.OptionKey<ShadowMiddleware.PathRewriteOptions>;

namespace ShadowMiddleware.Configuration.Keys;

/// <summary>The keys of a shadow's <c>RewritePath</c>.</summary>
internal static class RewritePathKeys
{
    public static readonly OptionTable<PathRewriteOptions> Table = new(
        "RewritePath",
        "to a shadow's RewritePath",
        [
            Key.Text(
                nameof(PathRewriteOptions.Pattern),
                "What is replaced. Look-arounds, back-references, atomic groups and conditionals stop the start: a path could make them run away",
                rewrite => rewrite.Pattern,
                (rewrite, value) => rewrite.Pattern = value
            ) with
            {
                IsRequired = true,
                Range = "a regular expression of .NET that needs no backtracking",
            },
            // To put nothing in the place of a match is a good reason to rewrite.
            new Key(
                nameof(PathRewriteOptions.Replacement),
                OptionKind.Text,
                "What takes its place: `$1`, `${name}`, `$&`, and `$$` for a dollar sign. A result that does not begin with `/`, or holds what a path cannot, drops the copy as `transform_failed`",
                rewrite => rewrite.Replacement,
                (reader, rewrite) =>
                    reader.TextOrEmpty(nameof(rewrite.Replacement), value => rewrite.Replacement = value)
            )
            {
                IsRequired = true,
                Range = "may be empty",
            },
        ]
    );
}
