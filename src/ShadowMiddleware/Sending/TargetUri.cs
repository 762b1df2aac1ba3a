using System.Buffers;
using ShadowMiddleware.Http;

namespace ShadowMiddleware.Sending;

/// <summary>Puts a shadow's address and a request's target together.</summary>
internal static class TargetUri
{
    // Everything else decodes: %252F would arrive as %2F, /a/../b as /b, %41 as A.
    private static readonly UriCreationOptions RawOptions = new()
    {
        DangerousDisablePathAndQueryCanonicalization = true,
    };

    // What canonicalisation leaves alone wherever it stands, but for segments of dots.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?"
    );

    /// <summary>
    /// The address ends at a path boundary and the target begins with a slash, so that nothing in the target can become part of the
    /// authority. Requests that climb out of the address's path are skipped; this is for what a rewrite, a transform or a reload has made of a target.
    /// </summary>
    /// <param name="address">The shadow's address.</param>
    /// <param name="target">The target of the request.</param>
    /// <param name="fidelity">How exact the copy is to be.</param>
    /// <param name="isRaw">
    /// Whether the URI is one that keeps what canonicalisation would change. Only where it would: handlers of the app's and the platform's
    /// instrumentation may ask any other URI for its components, and take it apart and put it together again.
    /// </param>
    /// <exception cref="UriFormatException">The target cannot be written on a request line, or may leave the path of the address.</exception>
    public static Uri Create(string address, string target, PathFidelity fidelity, out bool isRaw)
    {
        isRaw = false;
        if (fidelity == PathFidelity.Canonical)
        {
            return CreateCanonical(address, target);
        }

        CheckStaysBelow(address, target);

        // HTTP/2 servers let blanks in, which would end the target on the request line of an HTTP/1.1 copy.
        if (target.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new UriFormatException("The target contains blanks or other bytes that a request line cannot.");
        }

        var text = address + target;
        if (IsPlain(text))
        {
            return new Uri(text);
        }

        var raw = new Uri(text, RawOptions);
        if (Uri.TryCreate(text, UriKind.Absolute, out var plain) && plain.PathAndQuery == raw.PathAndQuery)
        {
            return plain;
        }

        isRaw = true;
        return raw;
    }

    private static bool IsPlain(string text) =>
        !text.AsSpan().ContainsAnyExcept(Plain) && !text.Contains("/.", StringComparison.Ordinal);

    private static Uri CreateCanonical(string address, string target)
    {
        // On its own first: behind the address, dots in it would take away from the address's path. A target has no fragment
        // (RFC 9112 section 3.2): what looks like one belongs to the path or the query.
        var alone = new Uri("http://x" + target.Replace("#", "%23", StringComparison.Ordinal)).PathAndQuery;
        CheckStaysBelow(address, alone);
        var uri = new Uri(address + alone);
        return uri.PathAndQuery == new Uri(address).AbsolutePath.TrimEnd('/') + alone
            ? uri
            : throw new UriFormatException("The target does not stay below the path of the address.");
    }

    private static void CheckStaysBelow(string address, string target)
    {
        if (TargetPath.IsIn(address) && TargetPath.MayClimb(target))
        {
            throw new UriFormatException("The target may climb out of the path of the address.");
        }
    }
}
