namespace ShadowMiddleware.Configuration;

/// <summary>What changes of a copy beyond its header fields.</summary>
internal sealed record ShapingConfiguration
{
    public required HostHeaderMode HostHeader { get; init; }

    /// <summary>The host that copies carry instead; <see langword="null"/> for none.</summary>
    public HostTemplate? HostTemplate { get; init; }

    /// <summary>Whether copies carry another host than that of the address.</summary>
    public bool ChangesHost => HostHeader != HostHeaderMode.Destination || HostTemplate is not null;

    /// <summary>Whether a client writes the host of its copies, or a part of it.</summary>
    public bool HasHostOfClient => HostHeader != HostHeaderMode.Destination || HostTemplate is { After: not null };

    public required ForwardedHeadersMode ForwardedHeaders { get; init; }

    public required PathRewrite? RewritePath { get; init; }

    /// <summary>Where the token comes from that the copy carries instead of the user's <c>Authorization</c>.</summary>
    public required Func<CancellationToken, ValueTask<BearerToken>>? BearerTokenProvider { get; init; }

    /// <summary>What is made unreadable; <see langword="null"/> for nothing.</summary>
    public RedactionConfiguration? Redaction { get; init; }
}
