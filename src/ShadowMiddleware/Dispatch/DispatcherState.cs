namespace ShadowMiddleware.Dispatch;

/// <summary>What a dispatcher does with copies.</summary>
internal enum DispatcherState
{
    /// <summary>Takes them and sends them.</summary>
    Open,

    /// <summary>Its shadow was removed or mirroring was switched off: takes none and drops those that wait. A reload may open it again.</summary>
    Withdrawn,

    /// <summary>The host stops: takes none and sends those that wait.</summary>
    Draining,

    /// <summary>The time to drain is over: takes none, drops those that wait, ends those on their way.</summary>
    Stopped,
}
