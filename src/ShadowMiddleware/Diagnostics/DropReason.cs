namespace ShadowMiddleware.Diagnostics;

/// <summary>Why a request that was to be mirrored was lost before its send. A closed set: its names are labels of counts.</summary>
internal enum DropReason
{
    /// <summary>As many copies were waiting as may wait.</summary>
    QueueFull,

    /// <summary>The process held as many captured bytes as it may.</summary>
    Budget,

    /// <summary>Copies would have taken time from the app.</summary>
    Pressure,

    /// <summary>The body is longer than this shadow takes.</summary>
    BodyTooLarge,

    /// <summary>The body could not be captured whole.</summary>
    BodyIncomplete,

    /// <summary>The body could not be captured whole because the client went away.</summary>
    ClientAborted,

    /// <summary>The copy waited longer than it may.</summary>
    Expired,

    /// <summary>More copies a second than the shadow may receive.</summary>
    RateLimited,

    /// <summary>The circuit breaker does not let sends through.</summary>
    BreakerOpen,

    /// <summary>The copy could not be made exactly.</summary>
    TransformFailed,

    /// <summary>The shadow was removed, or mirroring switched off, after the request had been chosen.</summary>
    Withdrawn,

    /// <summary>The host stopped before the send.</summary>
    Shutdown,
}
