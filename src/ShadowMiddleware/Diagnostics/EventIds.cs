namespace ShadowMiddleware.Diagnostics;

/// <summary>
/// The ids of all log events. The name of a constant is the name of its event, and docs/events.md explains each: tests hold both. An id is never given a second meaning.
/// </summary>
internal static class EventIds
{
    // 1 to 19: what became of requests and copies.
    public const int LossesBegan = 1;
    public const int Lost = 2;
    public const int MirroringFaulted = 3;
    public const int StatusesDiffer = 4;

    // 20 to 39: the start, the end, and what an operator does.
    public const int ShadowStarted = 20;
    public const int WritesAreMirrored = 21;
    public const int CredentialsAreMirrored = 22;
    public const int ShadowWithdrawn = 23;
    public const int Drained = 24;
    public const int DrainTimedOut = 25;
    public const int UnknownShadowClient = 26;
    public const int HostIsTheClients = 27;
    public const int UnknownShadowTransform = 28;
    public const int UnknownPrimaryHandler = 29;
    public const int ShadowIsOver = 30;
    public const int CeilingSet = 31;
    public const int ShadowPaused = 32;
    public const int ShadowResumed = 33;
    public const int SelectionFailed = 34;
    public const int EndpointsNotSeen = 35;
    public const int ClaimsNotSeen = 36;
    public const int UnknownShadowEndpoint = 37;
    public const int NotInThePipeline = 38;
    public const int AddressIsOwn = 39;

    // 40 to 59: sending, and the threads it runs on.
    public const int BreakerOpened = 40;
    public const int BreakerClosed = 41;
    public const int BearerTokenFailed = 42;
    public const int BearerTokenIsBack = 43;
    public const int BackgroundWorkFailed = 44;
    public const int BackgroundWorkerBlocked = 45;
    public const int ConnectionCredentialsLeftOut = 46;
    public const int BackgroundThreadNotStarted = 47;

    // 60 to 79: more of the start.
    public const int OthersAreMirroredWhole = 60;
    public const int LongBodiesAreLeftOut = 61;

    // 100 to 119: the configuration.
    public const int ConfigurationReloaded = 100;
    public const int ConfigurationReloadRefused = 101;
    public const int ConfigurationReloadFailed = 102;
    public const int ConfigurationSubscriberFailed = 103;
    public const int ConfigurationNeedsRestart = 104;
    public const int ConfigurationMissing = 105;
    public const int ConfigurationFaultsWhileOff = 106;
}
