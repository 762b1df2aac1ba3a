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
    public static Uri Create(string address, string target, PathFidelity fidelity) =>
        fidelity == PathFidelity.Raw ? new Uri(address + target, RawOptions) : new Uri(address + target);
}
