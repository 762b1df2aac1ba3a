using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Selection;

/// <summary>Matches the host that a request names, whatever its port. Never throws, whatever a client writes.</summary>
internal static class HostMatcher
{
    /// <param name="pattern">The pattern.</param>
    /// <param name="host">The value of <c>Host</c>.</param>
    public static bool Matches(HostPattern pattern, ReadOnlySpan<char> host)
    {
        var name = NameOf(host);
        return pattern.IsSuffix
            ? name.Length > pattern.Text.Length && name.EndsWith(pattern.Text, StringComparison.OrdinalIgnoreCase)
            : name.Equals(pattern.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> host)
    {
        // Within the brackets of an IPv6 address a colon stands in front of no port.
        var colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') ? host[..colon] : host;
    }
}
