namespace ShadowMiddleware.Configuration;

/// <summary>Compiles what changes of a copy beyond its header fields.</summary>
internal static class ShapingCompiler
{
    /// <returns><see langword="null"/> when nothing does.</returns>
    public static ShapingConfiguration? Compile(ShadowOptions shadow)
    {
        var redaction = RedactionCompiler.Compile(shadow);
        var isShaped =
            redaction is not null
            || shadow.HostHeader != TrafficMirroringDefaults.HostHeader
            || shadow.HostHeaderTemplate is not null
            || shadow.ForwardedHeaders != TrafficMirroringDefaults.ForwardedHeaders
            || shadow.RewritePath is not null
            || shadow.BearerTokenProvider is not null;
        return isShaped
            ? new()
            {
                HostHeader = shadow.HostHeader,
                HostTemplate = Compile(shadow.HostHeaderTemplate),
                ForwardedHeaders = shadow.ForwardedHeaders,
                RewritePath = Compile(shadow.RewritePath),
                BearerTokenProvider = shadow.BearerTokenProvider,
                Redaction = redaction,
            }
            : null;
    }

    private static HostTemplate? Compile(string? template)
    {
        if (template is null)
        {
            return null;
        }

        return HostTemplate.TryParse(template, out var compiled, out var fault)
            ? compiled
            : throw new InvalidOperationException($"Options are compiled after they were checked, and yet: {fault}");
    }

    private static PathRewrite? Compile(PathRewriteOptions? rewrite)
    {
        if (rewrite is null)
        {
            return null;
        }

        return PathRewriteRules.TryCompile(rewrite.Pattern ?? "", out var pattern, out var fault)
            ? new PathRewrite(pattern, rewrite.Replacement ?? "")
            : throw new InvalidOperationException($"Options are compiled after they were checked, and yet: {fault}");
    }
}
