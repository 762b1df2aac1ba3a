namespace ShadowMiddleware.Soak.Traffic;

/// <summary>One of the bodies that clients send.</summary>
/// <param name="Index">Its place among all.</param>
/// <param name="ContentType">Its type.</param>
/// <param name="Bytes">The body.</param>
/// <param name="Redacted">What redaction makes of it; <see langword="null"/> when it must not be copied then.</param>
internal sealed record TestBody(int Index, string ContentType, byte[] Bytes, byte[]? Redacted);
