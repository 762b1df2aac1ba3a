namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>What has to become of a request for the shadow that always answers.</summary>
internal enum Fate
{
    /// <summary>There is a copy.</summary>
    Copied,

    /// <summary>There is a copy or a counted loss: the body may not have been there as a whole.</summary>
    CopiedOrLost,

    /// <summary>The platform's client cannot send it: a counted loss.</summary>
    Inexpressible,

    /// <summary>A gRPC call: sent over HTTP/2, which the shadow does not speak, or skipped as <c>streaming</c>, or a counted loss.</summary>
    Grpc,

    /// <summary>A gRPC call that certainly streams its requests: skipped as <c>streaming</c>.</summary>
    Streaming,

    /// <summary>Skipped as <c>loop</c>.</summary>
    Loop,

    /// <summary>Skipped as <c>upgrade</c>.</summary>
    Upgrade,

    /// <summary>Skipped as <c>target</c>.</summary>
    Target,
}
