namespace ShadowMiddleware.Hosting;

/// <summary>
/// The request feature that says: this request has met the middleware. Exception handlers, status-code pages and a second
/// <c>UseTrafficMirroring</c> run it again, and one request is one copy. There is one instance, so that marking allocates nothing.
/// </summary>
internal sealed class MirroredRequestMarker
{
    public static readonly MirroredRequestMarker Instance = new();

    private MirroredRequestMarker() { }
}
