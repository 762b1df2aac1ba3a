using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Hosting;

/// <summary>
/// The request feature that says: this request has met the middleware. Exception handlers, status-code pages and a second
/// <c>UseTrafficMirroring</c> run it again, and one request is one copy. There is one instance, so that marking allocates nothing.
/// </summary>
internal sealed class MirroredRequestMarker
{
    public static readonly MirroredRequestMarker Instance = new();

    private MirroredRequestMarker() { }

    /// <summary>Marks a request.</summary>
    /// <returns>Whether it was not marked before.</returns>
    public static bool TryMark(IFeatureCollection features)
    {
        // By key: the generic methods compare with each feature of the server by types that are looked up at run time, and take twice
        // as long (docs/decisions/performance.md).
        if (features[typeof(MirroredRequestMarker)] is not null)
        {
            return false;
        }

        features[typeof(MirroredRequestMarker)] = Instance;
        return true;
    }
}
