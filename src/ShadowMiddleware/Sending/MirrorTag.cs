namespace ShadowMiddleware.Sending;

/// <summary>The tag on every copy: an RFC 9651 item whose token is the shadow's name.</summary>
internal static class MirrorTag
{
    public static string Create(string shadow, string id) => $"{shadow};id=\"{id}\"";
}
