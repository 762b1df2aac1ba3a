using ShadowMiddleware.Selection;

namespace ShadowMiddleware;

/// <summary>Says that the requests of an endpoint change nothing, whatever their method: <c>Writes</c> takes them for reads.</summary>
/// <remarks>Also in force as metadata of an endpoint, which is what <c>MirrorAsRead</c> adds. For queries that are sent by POST: a search, GraphQL, a report.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class MirrorAsReadAttribute : Attribute
{
    /// <summary>Makes the attribute.</summary>
    public MirrorAsReadAttribute() => EndpointMetadataUse.Note();
}
