namespace ShadowMiddleware.Configuration;

/// <summary>What changes of a copy beyond its header fields.</summary>
internal sealed record ShapingConfiguration
{
    public required HostHeaderMode HostHeader { get; init; }

    public required ForwardedHeadersMode ForwardedHeaders { get; init; }

    public required PathRewrite? RewritePath { get; init; }

    /// <summary>Where the token comes from that the copy carries instead of the user's <c>Authorization</c>.</summary>
    public required Func<CancellationToken, ValueTask<BearerToken>>? BearerTokenProvider { get; init; }

    /// <summary>What is made unreadable; <see langword="null"/> for nothing.</summary>
    public RedactionConfiguration? Redaction { get; init; }
}
