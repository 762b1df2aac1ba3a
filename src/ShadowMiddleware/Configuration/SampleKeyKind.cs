namespace ShadowMiddleware.Configuration;

/// <summary>What a sampling decision is drawn from.</summary>
internal enum SampleKeyKind
{
    /// <summary>Chance, anew for each request.</summary>
    Random,

    /// <summary>The random bits of the request's own trace.</summary>
    TraceId,

    /// <summary>A header field.</summary>
    Header,

    /// <summary>A cookie.</summary>
    Cookie,

    /// <summary>A claim of the user.</summary>
    Claim,
}
