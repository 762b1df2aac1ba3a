using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ShadowMiddleware.Configuration;

/// <summary>What a shadow's address may be, and the one form in which it is kept.</summary>
internal static class AddressRules
{
    /// <summary>
    /// Writes an address as scheme, authority and path without a slash at its end. The host is in lower case and ASCII, the scheme's
    /// own port is left out, and the path stays as it is written.
    /// </summary>
    /// <param name="address">The address as it was configured.</param>
    /// <param name="normalized">The one form of it.</param>
    /// <param name="fault">When it fails: what is wrong and how to mend it, without the value.</param>
    public static bool TryNormalize(
        string address,
        [NotNullWhen(true)] out string? normalized,
        [NotNullWhen(false)] out string? fault
    )
    {
        normalized = null;
        fault = FindTextFault(address);
        if (fault is not null)
        {
            return false;
        }

        // What stands behind the authority was checked as text; the platform's parser decides on the rest.
        var start = address.IndexOf("://", StringComparison.Ordinal) + 3;
        var slash = address.IndexOf('/', start);
        var authority = slash < 0 ? address[start..] : address[start..slash];
        var path = slash < 0 ? "" : address[slash..].TrimEnd('/');

        if (!Uri.TryCreate($"{address[..start]}{authority}/", UriKind.Absolute, out var uri))
        {
            fault =
                "its host or port is not valid; write a host such as orders-v2.internal, and a port from 1 to 65535 if any.";
            return false;
        }

        fault = AddressGuess.FindEndpointName(uri, authority) ?? HostRules.FindFault(uri, authority);
        if (fault is not null)
        {
            return false;
        }

        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        var port = uri.IsDefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{uri.Port}");
        normalized = $"{uri.Scheme}://{host}{port}{path}";
        return true;
    }

    private static string? FindTextFault(string address)
    {
        if (address.Any(character => char.IsWhiteSpace(character) || char.IsControl(character) || character == '\\'))
        {
            return "an address has no blanks, control characters or backslashes; remove them.";
        }

        if (
            !address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            && !address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        )
        {
            return AddressGuess.Describe(address);
        }

        var start = address.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = address.AsSpan(start).IndexOfAny('/', '?', '#');
        var authority = end < 0 ? address.AsSpan(start) : address.AsSpan(start, end);

        var surplus = new List<string>(3);
        if (authority.Contains('@'))
        {
            surplus.Add("user info (to send credentials, set Authorization in SetHeaders)");
        }

        var fragment = address.AsSpan().IndexOf('#');
        if ((fragment < 0 ? address.AsSpan() : address.AsSpan(0, fragment)).Contains('?'))
        {
            surplus.Add("a query");
        }

        if (fragment >= 0)
        {
            surplus.Add("a fragment");
        }

        if (surplus.Count > 0)
        {
            return $"an address has no user info, query or fragment; remove {string.Join(" and ", surplus)}.";
        }

        return end < 0 || IsPath(address.AsSpan(start + end))
            ? null
            : "its path holds characters that a path cannot hold; write them percent-encoded, such as %20 for a blank.";
    }

    // RFC 3986 section 3.3. Everything that is valid is kept, dot segments and the case of percent-encodings included.
    private static bool IsPath(ReadOnlySpan<char> path)
    {
        for (var index = 0; index < path.Length; index++)
        {
            var character = path[index];
            if (character == '%')
            {
                if (
                    index + 2 >= path.Length
                    || !char.IsAsciiHexDigit(path[index + 1])
                    || !char.IsAsciiHexDigit(path[index + 2])
                )
                {
                    return false;
                }
            }
            else if (
                !char.IsAsciiLetterOrDigit(character)
                && !"-._~!$&'()*+,;=:@/".Contains(character, StringComparison.Ordinal)
            )
            {
                return false;
            }
        }

        return true;
    }
}
