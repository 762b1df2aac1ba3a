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
    /// authority.
    /// </summary>
    /// <exception cref="UriFormatException">The target cannot be written on a request line.</exception>
    public static Uri Create(string address, string target, PathFidelity fidelity)
    {
        if (fidelity == PathFidelity.Canonical)
        {
            // A target has no fragment (RFC 9112 section 3.2): what looks like one belongs to the path or the query.
            return new Uri(address + target.Replace("#", "%23", StringComparison.Ordinal));
        }

        // HTTP/2 servers let blanks in, which would end the target on the request line of an HTTP/1.1 copy.
        if (target.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new UriFormatException("The target contains blanks or other bytes that a request line cannot.");
        }

        return new Uri(address + target, RawOptions);
    }
}
