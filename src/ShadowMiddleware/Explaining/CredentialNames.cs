namespace ShadowMiddleware.Explaining;

/// <summary>Tells by its name what may carry credentials. Rather too often than not: what is masked in vain costs a look, and what is not costs a secret.</summary>
internal static class CredentialNames
{
    private static readonly string[] _words =
    [
        "auth",
        "cookie",
        "credential",
        "key",
        "password",
        "secret",
        "session",
        "signature",
        "token",
    ];

    /// <param name="name">The name of a header field or of a query parameter, decoded.</param>
    public static bool Match(string name) =>
        _words.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
