namespace ShadowMiddleware.Configuration;

/// <summary>Which hosts a shadow's address may have, beyond what the platform's parser refuses.</summary>
internal static class HostRules
{
    public static string? FindFault(Uri uri, string authority)
    {
        if (uri.Host.Length == 0 || uri.HostNameType is UriHostNameType.Unknown or UriHostNameType.Basic)
        {
            return "its host is not valid; write a host name such as orders-v2.internal, or an IP address.";
        }

        if (uri.Port == 0)
        {
            return "nothing listens on port 0; write a port from 1 to 65535.";
        }

        if (uri.HostNameType == UriHostNameType.IPv6)
        {
            // The parser drops the zone from the host, and connecting without it would reach another network.
            return authority.Contains('%', StringComparison.Ordinal)
                ? "an address with a zone cannot be used; write one without the part from % on."
                : null;
        }

        if (uri.HostNameType == UriHostNameType.IPv4)
        {
            // 1 is read as 0.0.0.1 and 0x7f.1 as 127.0.0.1, which is hardly what was meant.
            return authority.StartsWith(uri.Host, StringComparison.Ordinal)
                ? null
                : $"its host is read as the IP address {uri.Host}; write that, or a host name.";
        }

        return IsName(uri)
            ? null
            : "its host is not valid; write a host name such as orders-v2.internal, or an IP address.";
    }

    // A last label of digits makes it look like an IP address that it is not (256.1.1.1); no such name can be looked up.
    private static bool IsName(Uri uri)
    {
        try
        {
            var labels = uri.IdnHost.TrimEnd('.').Split('.');
            return labels.All(label => label.Length is > 0 and <= 63 && label.All(IsNameCharacter))
                && !labels[^1].All(char.IsAsciiDigit);
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    private static bool IsNameCharacter(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
}
