namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>What has to become of a request for the shadow that always answers.</summary>
internal enum Fate
{
    /// <summary>There is a copy.</summary>
    Copied,

    /// <summary>There is a copy or a counted loss: the body may not have been there as a whole.</summary>
    CopiedOrLost,

    /// <summary>Something in front of the mirror took a part of the body: a counted loss.</summary>
    NotWhole,

    /// <summary>The app read a body to its end that is longer than the shadow takes: dropped as <c>body_too_large</c>.</summary>
    TooLong,

    /// <summary>The platform's client cannot send it: dropped as <c>transform_failed</c>.</summary>
    Inexpressible,

    /// <summary>A gRPC call: sent over HTTP/2, which the shadow does not speak, or skipped as <c>streaming</c>, or a counted loss.</summary>
    Grpc,

    /// <summary>A gRPC call that certainly streams its requests: skipped as <c>streaming</c>.</summary>
    Streaming,

    /// <summary>Skipped as <c>loop</c>.</summary>
    Loop,

    /// <summary>Skipped as <c>upgrade</c>.</summary>
    Upgrade,

    /// <summary>Skipped as <c>hub</c>.</summary>
    Hub,

    /// <summary>Skipped as <c>target</c>.</summary>
    Target,

    /// <summary>Skipped as <c>endpoint</c>.</summary>
    Endpoint,
}
