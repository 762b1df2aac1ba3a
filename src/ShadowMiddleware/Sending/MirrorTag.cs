using System.Globalization;

namespace ShadowMiddleware.Sending;

/// <summary>The tag on every copy: an RFC 9651 item whose token is the shadow's name.</summary>
internal static class MirrorTag
{
    public static string Create(string shadow, UInt128 id) =>
        string.Create(CultureInfo.InvariantCulture, $"{shadow};id=\"{id:x32}\"");
}
