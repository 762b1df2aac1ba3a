namespace ShadowMiddleware.Soak.Reloading;

/// <summary>What the configuration makes copies look like. Each copy says which it is, so that its shadow holds it against that and nothing else.</summary>
internal static class CopyShapes
{
    /// <summary>Names the shape; missing on copies that are as their requests.</summary>
    public const string Field = "X-Shape";

    public const string Rewritten = "rewritten";
    public const string Redacted = "redacted";
    public const string Cookieless = "cookieless";
    public const string Forwarded = "forwarded";

    /// <summary>What stands in front of a path that is rewritten.</summary>
    public const string Prefix = "/rewritten";

    public static readonly Topic All = new(
        [],
        [Named(Rewritten), ("RewritePath:Pattern", "^"), ("RewritePath:Replacement", Prefix)],
        [Named(Redacted), ("RedactQuery:0", "X"), ("RedactJson:0", "/Note"), ("RedactForm:0", "B")],
        [Named(Cookieless), ("RemoveHeaders:0", "cookie")],
        [Named(Forwarded), ("HostHeader", "Original"), ("ForwardedHeaders", "Append")]
    );

    private static (string Key, string Value) Named(string shape) => ($"SetHeaders:{Field}", shape);
}
