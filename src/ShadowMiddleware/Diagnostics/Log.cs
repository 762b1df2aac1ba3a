using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.Diagnostics;

/// <summary>All lines that the package logs, by their ids.</summary>
/// <remarks>
/// One class in one file: the source generator puts several classes into an order that differs from build to build
/// (https://github.com/dotnet/runtime/issues/119587).
/// </remarks>
internal static partial class Log
{
    [LoggerMessage(
        EventIds.LossesBegan,
        LogLevel.Warning,
        "Shadow {Shadow} loses copies; the first one, {Method} {Path}, {Outcome}: {Reason}{Detail}. Clients are not affected. The ledger counts every loss. "
            + "This is logged again after a minute without any; level Debug shows each.",
        EventName = nameof(LossesBegan)
    )]
    public static partial void LossesBegan(
        ILogger logger,
        string shadow,
        string method,
        string path,
        string outcome,
        string reason,
        string detail
    );

    [LoggerMessage(
        EventIds.Lost,
        LogLevel.Debug,
        "A copy for shadow {Shadow}, {Method} {Path}, {Outcome}: {Reason}{Detail}.",
        EventName = nameof(Lost)
    )]
    public static partial void Lost(
        ILogger logger,
        string shadow,
        string method,
        string path,
        string outcome,
        string reason,
        string detail,
        Exception? exception
    );

    [LoggerMessage(
        EventIds.MirroringFaulted,
        LogLevel.Error,
        "A request could not be looked at and is not mirrored. The request itself goes on. Further faults of this kind are not logged.",
        EventName = nameof(MirroringFaulted)
    )]
    public static partial void MirroringFaulted(ILogger logger, Exception exception);

    [LoggerMessage(
        EventIds.StatusesDiffer,
        LogLevel.Warning,
        "Shadow {Shadow} answers with another class of status than the app in nearly all of the last {Answers} answers, most often with {Status} or its like. The usual cause is {Cause}. "
            + "This is logged once until it changes.",
        EventName = nameof(StatusesDiffer)
    )]
    public static partial void StatusesDiffer(ILogger logger, string shadow, int answers, int status, string cause);

    [LoggerMessage(
        EventIds.ShadowStarted,
        LogLevel.Information,
        "Mirroring to shadow {Shadow} at {Address}: {Share}.",
        EventName = nameof(ShadowStarted)
    )]
    public static partial void ShadowStarted(ILogger logger, string shadow, string address, string share);

    [LoggerMessage(
        EventIds.WritesAreMirrored,
        LogLevel.Warning,
        "Shadow {Shadow} receives writes too and carries them out a second time. Set Writes to Skip to leave them out.",
        EventName = nameof(WritesAreMirrored)
    )]
    public static partial void WritesAreMirrored(ILogger logger, string shadow);

    [LoggerMessage(
        EventIds.CredentialsAreMirrored,
        LogLevel.Warning,
        "Shadow {Shadow} receives the credentials of your users ({Headers}). Name them in RemoveHeaders or SetHeaders to withhold or "
            + "replace them.",
        EventName = nameof(CredentialsAreMirrored)
    )]
    public static partial void CredentialsAreMirrored(ILogger logger, string shadow, string headers);

    [LoggerMessage(
        EventIds.ShadowWithdrawn,
        LogLevel.Information,
        "Shadow {Shadow} receives no more copies: {Cause}.",
        EventName = nameof(ShadowWithdrawn)
    )]
    public static partial void ShadowWithdrawn(ILogger logger, string shadow, string cause);

    [LoggerMessage(
        EventIds.Drained,
        LogLevel.Information,
        "Mirroring has stopped. No copy was left.",
        EventName = nameof(Drained)
    )]
    public static partial void Drained(ILogger logger);

    [LoggerMessage(
        EventIds.DrainTimedOut,
        LogLevel.Warning,
        "Mirroring has stopped before all copies were sent. What was left is counted in the ledger as shutdown.",
        EventName = nameof(DrainTimedOut)
    )]
    public static partial void DrainTimedOut(ILogger logger);

    [LoggerMessage(
        EventIds.UnknownShadowClient,
        LogLevel.Warning,
        "ConfigureShadowClient names the shadow {Shadow}, which is not configured. It takes effect when a reload adds that shadow.",
        EventName = nameof(UnknownShadowClient)
    )]
    public static partial void UnknownShadowClient(ILogger logger, string shadow);

    [LoggerMessage(
        EventIds.HostIsTheClients,
        LogLevel.Warning,
        "Shadow {Shadow} receives the Host that clients write, whatever they write. Set AllowedHosts to the hosts of this app, or give the shadow's "
            + "rules Hosts.",
        EventName = nameof(HostIsTheClients)
    )]
    public static partial void HostIsTheClients(ILogger logger, string shadow);

    [LoggerMessage(
        EventIds.UnknownShadowTransform,
        LogLevel.Warning,
        "AddTransform names the shadow {Shadow}, which is not configured. It takes effect when a reload adds that shadow.",
        EventName = nameof(UnknownShadowTransform)
    )]
    public static partial void UnknownShadowTransform(ILogger logger, string shadow);

    [LoggerMessage(
        EventIds.UnknownPrimaryHandler,
        LogLevel.Warning,
        "Copies for shadow {Shadow} are sent by {Handler}, whose settings the library does not know in full. It must keep no cookies, follow no redirects, answer no challenges, "
            + "send nothing twice, and not use the proxy of the environment. Its connections are not bounded. SocketsHttpHandler has none of these risks.",
        EventName = nameof(UnknownPrimaryHandler)
    )]
    public static partial void UnknownPrimaryHandler(ILogger logger, string shadow, string? handler);

    [LoggerMessage(
        EventIds.ShadowIsOver,
        LogLevel.Warning,
        "Shadow {Shadow} receives nothing: its Until, {Until}, has passed. Write a later one, or remove it.",
        EventName = nameof(ShadowIsOver)
    )]
    public static partial void ShadowIsOver(ILogger logger, string shadow, DateTimeOffset? until);

    [LoggerMessage(
        EventIds.CeilingSet,
        LogLevel.Information,
        "An operator has set the ceiling of shadow {Shadow} to {Percent} %.",
        EventName = nameof(CeilingSet)
    )]
    public static partial void CeilingSet(ILogger logger, string shadow, double percent);

    [LoggerMessage(
        EventIds.ShadowPaused,
        LogLevel.Information,
        "An operator has paused shadow {Shadow}.",
        EventName = nameof(ShadowPaused)
    )]
    public static partial void ShadowPaused(ILogger logger, string shadow);

    [LoggerMessage(
        EventIds.ShadowResumed,
        LogLevel.Information,
        "An operator lets shadow {Shadow} go on.",
        EventName = nameof(ShadowResumed)
    )]
    public static partial void ShadowResumed(ILogger logger, string shadow);

    [LoggerMessage(
        EventIds.SelectionFailed,
        LogLevel.Error,
        "Whether shadow {Shadow} receives a request could not be decided: a predicate of When or WhenResponse has thrown, or the request could not be looked at. "
            + "The request goes on without a copy, as do others like it, counted as {Reason}. Further faults of this shadow's are not logged.",
        EventName = nameof(SelectionFailed)
    )]
    public static partial void SelectionFailed(ILogger logger, string shadow, string reason, Exception exception);

    [LoggerMessage(
        EventIds.EndpointsNotSeen,
        LogLevel.Warning,
        "UseTrafficMirroring stands before UseRouting and cannot see what endpoints say about copies, DisableTrafficMirroring included, nor which are hubs: their requests are copied as if they "
            + "said nothing. Put UseTrafficMirroring behind UseRouting.",
        EventName = nameof(EndpointsNotSeen)
    )]
    public static partial void EndpointsNotSeen(ILogger logger);

    [LoggerMessage(
        EventIds.ClaimsNotSeen,
        LogLevel.Warning,
        "UseTrafficMirroring stands before UseAuthentication and cannot see the claims that shadow {Shadow} draws by: chance decides instead. Put it behind "
            + "UseAuthentication.",
        EventName = nameof(ClaimsNotSeen)
    )]
    public static partial void ClaimsNotSeen(ILogger logger, string shadow);

    [LoggerMessage(
        EventIds.UnknownShadowEndpoint,
        LogLevel.Warning,
        "An endpoint says how much is copied to the shadow {Shadow}, which is not configured. It takes effect when a reload adds that shadow.",
        EventName = nameof(UnknownShadowEndpoint)
    )]
    public static partial void UnknownShadowEndpoint(ILogger logger, string shadow);

    [LoggerMessage(
        EventIds.NotInThePipeline,
        LogLevel.Warning,
        "Nothing is mirrored: AddTrafficMirroring was called, and UseTrafficMirroring was not. Call app.UseTrafficMirroring() in front of what is to be mirrored.",
        EventName = nameof(NotInThePipeline)
    )]
    public static partial void NotInThePipeline(ILogger logger);

    [LoggerMessage(
        EventIds.AddressIsOwn,
        LogLevel.Warning,
        "The address of shadow {Shadow}, {Address}, is one of this app's own: the app gets each copy itself and does everything twice. Set Address to where the shadow listens.",
        EventName = nameof(AddressIsOwn)
    )]
    public static partial void AddressIsOwn(ILogger logger, string shadow, string address);

    [LoggerMessage(
        EventIds.BreakerOpened,
        LogLevel.Warning,
        "Shadow {Shadow} cannot be reached, or answers no copy in time: sends pause for {BreakDuration}. Clients are not affected; copies are dropped and counted.",
        EventName = nameof(BreakerOpened)
    )]
    public static partial void BreakerOpened(ILogger logger, string shadow, TimeSpan breakDuration);

    [LoggerMessage(
        EventIds.BreakerClosed,
        LogLevel.Information,
        "Shadow {Shadow} can be reached again.",
        EventName = nameof(BreakerClosed)
    )]
    public static partial void BreakerClosed(ILogger logger, string shadow);

    [LoggerMessage(
        EventIds.BearerTokenFailed,
        LogLevel.Warning,
        "There is no bearer token for shadow {Shadow}: its provider failed with {Exception}. Copies that need one are dropped as "
            + "transform_failed until it succeeds. Clients are not affected.",
        EventName = nameof(BearerTokenFailed)
    )]
    public static partial void BearerTokenFailed(ILogger logger, string shadow, Type exception);

    [LoggerMessage(
        EventIds.BearerTokenIsBack,
        LogLevel.Information,
        "There is a bearer token for shadow {Shadow} again.",
        EventName = nameof(BearerTokenIsBack)
    )]
    public static partial void BearerTokenIsBack(ILogger logger, string shadow);

    [LoggerMessage(
        EventIds.BackgroundWorkFailed,
        LogLevel.Error,
        "A piece of background work of traffic mirroring failed. Clients are not affected.",
        EventName = nameof(BackgroundWorkFailed)
    )]
    public static partial void BackgroundWorkFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        EventIds.BackgroundWorkerBlocked,
        LogLevel.Warning,
        "A background thread of traffic mirroring has been blocked for more than a second, by a transform, a handler or a token provider that "
            + "waits without await. Copies that wait for too long are dropped and counted. Clients are not affected. This is logged once.",
        EventName = nameof(BackgroundWorkerBlocked)
    )]
    public static partial void BackgroundWorkerBlocked(ILogger logger);

    [LoggerMessage(
        EventIds.ConnectionCredentialsLeftOut,
        LogLevel.Warning,
        "Copies for shadow {Shadow} are sent without Authorization where its scheme is Negotiate or NTLM: it authenticates a connection, and copies of "
            + "other users go over the same one. SetHeaders or UseBearerToken gives copies credentials of their own.",
        EventName = nameof(ConnectionCredentialsLeftOut)
    )]
    public static partial void ConnectionCredentialsLeftOut(ILogger logger, string shadow);

    [LoggerMessage(
        EventIds.BackgroundThreadNotStarted,
        LogLevel.Error,
        "A background thread of traffic mirroring could not be started. Copies wait until one can, and those that wait for too long are dropped and counted. "
            + "Clients are not affected. Allow the process more threads or memory. This is logged once until it changes.",
        EventName = nameof(BackgroundThreadNotStarted)
    )]
    public static partial void BackgroundThreadNotStarted(ILogger logger, Exception exception);

    [LoggerMessage(
        EventIds.OthersAreMirroredWhole,
        LogLevel.Warning,
        "Shadow {Shadow} has Rules, and all requests that none of them matches are copied too: its Percent is 100 unless it is written. Write \"Percent\": 0 beside Rules to "
            + "copy only what they say, or \"Percent\": 100 if all others are meant.",
        EventName = nameof(OthersAreMirroredWhole)
    )]
    public static partial void OthersAreMirroredWhole(ILogger logger, string shadow);

    [LoggerMessage(
        EventIds.LongBodiesAreLeftOut,
        LogLevel.Information,
        "Shadow {Shadow} receives no request with a body of more than {MaxBodyBytes} bytes, and the server takes {ServerLimit}. Such requests are counted as "
            + "body_too_large; MaxBodyBytes raises the limit.",
        EventName = nameof(LongBodiesAreLeftOut)
    )]
    public static partial void LongBodiesAreLeftOut(
        ILogger logger,
        string shadow,
        long maxBodyBytes,
        string serverLimit
    );

    [LoggerMessage(
        EventId = EventIds.ConfigurationReloaded,
        EventName = nameof(EventIds.ConfigurationReloaded),
        Level = LogLevel.Information,
        Message = "The configuration of traffic mirroring was reloaded; it has {ShadowCount} shadow(s). Changed: {Changes}."
    )]
    public static partial void Reloaded(ILogger logger, int shadowCount, string changes);

    [LoggerMessage(
        EventId = EventIds.ConfigurationReloadRefused,
        EventName = nameof(EventIds.ConfigurationReloadRefused),
        Level = LogLevel.Error,
        Message = "The changed configuration of traffic mirroring has {FaultCount} fault(s) and is not used; the last good one stays in force:{NewLine}{Faults}"
    )]
    public static partial void ReloadRefused(ILogger logger, int faultCount, string newLine, string faults);

    [LoggerMessage(
        EventId = EventIds.ConfigurationReloadFailed,
        EventName = nameof(EventIds.ConfigurationReloadFailed),
        Level = LogLevel.Error,
        Message = "The changed configuration of traffic mirroring could not be read or carried out and is not used; the last good one stays in force."
    )]
    public static partial void ReloadFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        EventId = EventIds.ConfigurationSubscriberFailed,
        EventName = nameof(EventIds.ConfigurationSubscriberFailed),
        Level = LogLevel.Error,
        Message = "A part of traffic mirroring could not follow a change of its configuration."
    )]
    public static partial void SubscriberFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        EventId = EventIds.ConfigurationNeedsRestart,
        EventName = nameof(EventIds.ConfigurationNeedsRestart),
        Level = LogLevel.Warning,
        Message = "The key {Key} of traffic mirroring is read at the start only. Restart the app to put its new value in force."
    )]
    public static partial void NeedsRestart(ILogger logger, string key);

    [LoggerMessage(
        EventId = EventIds.ConfigurationMissing,
        EventName = nameof(EventIds.ConfigurationMissing),
        Level = LogLevel.Warning,
        Message = "Nothing is mirrored: the section that was given to AddTrafficMirroring is missing or empty. Check its name, and write the shadows into it."
    )]
    public static partial void Missing(ILogger logger);

    [LoggerMessage(
        EventId = EventIds.ConfigurationFaultsWhileOff,
        EventName = nameof(EventIds.ConfigurationFaultsWhileOff),
        Level = LogLevel.Warning,
        Message = "Traffic mirroring is off (Enabled is false). Its configuration has {FaultCount} fault(s), which must be mended before it is on again:{NewLine}{Faults}"
    )]
    public static partial void FaultsWhileOff(ILogger logger, int faultCount, string newLine, string faults);
}
