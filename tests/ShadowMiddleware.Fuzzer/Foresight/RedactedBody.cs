namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>What redaction makes of a body.</summary>
/// <param name="Body">What the copy carries; <see langword="null"/> when nobody can say.</param>
/// <param name="MayFail">Whether there need not be a copy.</param>
/// <param name="MustFail">Whether there must not be one.</param>
internal sealed record RedactedBody(byte[]? Body, bool MayFail = false, bool MustFail = false)
{
    /// <summary>Of a body of which strict and careless readers make different things.</summary>
    public static RedactedBody Unclear { get; } = new(Body: null, MayFail: true);

    /// <summary>Of a body that cannot be redacted with certainty, and must not leave.</summary>
    public static RedactedBody Refused { get; } = new(Body: null, MustFail: true);
}
