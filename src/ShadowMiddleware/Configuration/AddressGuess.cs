namespace ShadowMiddleware.Configuration;

/// <summary>Guesses which address was meant by something that is none.</summary>
internal static class AddressGuess
{
    private const string Meant = "an absolute http or https address is meant";

    /// <summary>What is wrong with an address that begins with neither http:// nor https://, and what to write.</summary>
    public static string Describe(string address)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["https+http://", "http+https://"])
        {
            if (address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return "a choice of schemes is for service discovery, and a copy must not fall back to clear text by itself; write "
                    + $"{Guess($"https://{address[scheme.Length..]}") ?? "https://orders"}, or http:// in front.";
            }
        }

        var guess = Guess(Complete(address));
        return $"{Meant}; write {guess ?? "one such as https://orders-v2.internal/base"}.";
    }

    /// <summary>Finds http://_endpoint.service, by which service discovery names one of several endpoints.</summary>
    public static string? FindEndpointName(Uri uri, string authority)
    {
        var dot = authority.IndexOf('.', StringComparison.Ordinal);
        return authority.StartsWith('_') && dot > 0 && dot < authority.Length - 1
            ? $"its host names an endpoint of service discovery, which an address cannot; write {SecretMask.Escape($"{uri.Scheme}://{authority[(dot + 1)..]}")}, or give the endpoint "
                + "a service name of its own."
            : null;
    }

    private static string? Complete(string address)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["https", "http"])
        {
            if (address.StartsWith($"{scheme}:", StringComparison.OrdinalIgnoreCase))
            {
                return $"{scheme}://{address[(scheme.Length + 1)..].TrimStart('/')}";
            }
        }

        if (address.StartsWith("//", StringComparison.Ordinal))
        {
            return $"https:{address}";
        }

        if (address.StartsWith('/') || address.Contains("://", StringComparison.Ordinal))
        {
            return null;
        }

        // A port of its own, or this machine, is rarely behind TLS.
        var end = address.IndexOf('/', StringComparison.Ordinal);
        var authority = end < 0 ? address : address[..end];
        var isPlain =
            (
                authority.AsSpan(authority.LastIndexOf(']') + 1).Contains(':')
                && !authority.EndsWith("443", StringComparison.Ordinal)
            ) || authority.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        return $"{(isPlain ? "http" : "https")}://{address}";
    }

    private static string? Guess(string? address) =>
        address is not null && AddressRules.TryNormalize(address, out _, out _) ? SecretMask.Escape(address) : null;
}
