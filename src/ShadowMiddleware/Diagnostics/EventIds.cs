namespace ShadowMiddleware.Diagnostics;

/// <summary>The ids of all log messages. An id is never given a second meaning. Ids 100 to 119 belong to Configuration.</summary>
internal static class EventIds
{
    public const int LossesBegan = 1;
    public const int Lost = 2;
    public const int MirroringFaulted = 3;

    public const int ShadowStarted = 20;
    public const int WritesAreMirrored = 21;
    public const int CredentialsAreMirrored = 22;
    public const int ShadowWithdrawn = 23;
    public const int Drained = 24;
    public const int DrainTimedOut = 25;
    public const int UnknownShadowClient = 26;
    public const int ShadowIsOver = 30;
    public const int CeilingSet = 31;
    public const int ShadowPaused = 32;
    public const int ShadowResumed = 33;
    public const int SelectionFailed = 34;
    public const int EndpointsNotSeen = 35;
    public const int ClaimsNotSeen = 36;
    public const int UnknownShadowEndpoint = 37;
    public const int NotInThePipeline = 38;

    public const int HostIsTheClients = 27;
    public const int UnknownShadowTransform = 28;

    public const int BreakerOpened = 40;
    public const int BreakerClosed = 41;
    public const int BearerTokenFailed = 42;
    public const int BearerTokenIsBack = 43;
    public const int BackgroundWorkFailed = 44;
    public const int BackgroundWorkerBlocked = 45;
}
