namespace ShadowMiddleware;

/// <summary>Names under which the library can be observed.</summary>
public static class TrafficMirroringDiagnostics
{
    /// <summary>
    /// The name of the activity source. Each copy is a trace of its own, linked to the trace of the request that it copies, so that a
    /// shadow's spans do not appear among those of production.
    /// </summary>
    public const string ActivitySourceName = "ShadowMiddleware";
}
