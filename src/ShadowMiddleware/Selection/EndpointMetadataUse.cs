namespace ShadowMiddleware.Selection;

/// <summary>
/// Whether any metadata of endpoints exists in this process, so that apps without it do not pay for looking. Nothing but the constructors of the metadata sets it, and an endpoint cannot hold an
/// instance that nobody made, whatever source of endpoints or <c>SetEndpoint</c> it comes from. Somebody else's metadata costs a look and changes no decision.
/// </summary>
internal static class EndpointMetadataUse
{
    private static volatile bool _exists;

    public static bool Exists => _exists;

    public static void Note() => _exists = true;
}
