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

    /// <summary>Sent over HTTP/2, which the shadow does not speak.</summary>
    Grpc,

    /// <summary>Skipped as <c>loop</c>.</summary>
    Loop,

    /// <summary>Skipped as <c>upgrade</c>.</summary>
    Upgrade,

    /// <summary>Skipped as <c>target</c>.</summary>
    Target,
}
