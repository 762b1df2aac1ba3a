namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>Which copies may be lost without something being wrong.</summary>
internal enum Losses
{
    None,

    /// <summary>Those that give way to the app's own requests.</summary>
    GivenWay,

    /// <summary>Those that are not sent: an app without time to spare reaches its limits before its copies give way.</summary>
    NotSent,

    /// <summary>Any: the shadow is in no state to take all of them.</summary>
    Any,
}
