namespace ShadowMiddleware.LoadTest.Faults;

/// <summary>Where code of the app's that copies pass through blocks its thread.</summary>
internal enum BlockingCode
{
    Nowhere,

    /// <summary>In a transform.</summary>
    Transform,

    /// <summary>In a handler of the shadow's client, before the send.</summary>
    BeforeSend,

    /// <summary>In a handler of the shadow's client, when the response is there.</summary>
    AfterResponse,
}
