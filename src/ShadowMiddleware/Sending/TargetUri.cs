namespace ShadowMiddleware.Sending;

/// <summary>Puts a shadow's address and a request's target together.</summary>
internal static class TargetUri
{
    // Everything else decodes: %252F would arrive as %2F, /a/../b as /b, %41 as A.
    private static readonly UriCreationOptions RawOptions = new()
    {
        DangerousDisablePathAndQueryCanonicalization = true,
    };

    /// <summary>
    /// The address ends at a path boundary and the target begins with a slash, so nothing in the target can become part of the
    /// authority, nor climb out of the address's path when it is normalised.
    /// </summary>
    /// <exception cref="UriFormatException">The target cannot be written on a request line, or not behind the address.</exception>
    public static Uri Create(string address, string target, PathFidelity fidelity)
    {
        if (fidelity == PathFidelity.Canonical)
        {
            return CreateCanonical(address, target);
        }

        // HTTP/2 servers let blanks in, which would end the target on the request line of an HTTP/1.1 copy.
        if (target.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new UriFormatException("The target contains blanks or other bytes that a request line cannot.");
        }

        return new Uri(address + target, RawOptions);
    }

    private static Uri CreateCanonical(string address, string target)
    {
        // On its own first: behind the address, dots in it would take away from the address's path. A target has no fragment
        // (RFC 9112 section 3.2): what looks like one belongs to the path or the query.
        var alone = new Uri("http://x" + target.Replace("#", "%23", StringComparison.Ordinal)).PathAndQuery;
        var uri = new Uri(address + alone);
        return uri.PathAndQuery == new Uri(address).AbsolutePath.TrimEnd('/') + alone
            ? uri
            : throw new UriFormatException("The target does not stay below the path of the address.");
    }
}
