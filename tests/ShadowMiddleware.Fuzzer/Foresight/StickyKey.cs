namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>What a request is drawn by, and at which percent.</summary>
/// <param name="Salt">Equal salts draw alike, whatever the shadow.</param>
/// <param name="Value">The value of the header field, the cookie or the claim.</param>
/// <param name="Percent">The share.</param>
internal sealed record StickyKey(string Salt, string Value, double Percent);
