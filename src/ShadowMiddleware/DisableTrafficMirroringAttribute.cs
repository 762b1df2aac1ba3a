using ShadowMiddleware.Selection;

namespace ShadowMiddleware;

/// <summary>Keeps the requests of an endpoint from every shadow; they are skipped as <c>endpoint</c>.</summary>
/// <remarks>
/// Also in force as metadata of an endpoint, which is what <c>DisableTrafficMirroring</c> adds. It holds whatever else the endpoint, its group or its controller says: a copy that is missing does less harm than one
/// that should not be.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class DisableTrafficMirroringAttribute : Attribute
{
    /// <summary>Makes the attribute.</summary>
    public DisableTrafficMirroringAttribute() => EndpointMetadataUse.Note();
}
