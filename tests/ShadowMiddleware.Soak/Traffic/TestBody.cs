namespace ShadowMiddleware.Soak.Traffic;

/// <summary>One of the bodies that clients send.</summary>
internal sealed record TestBody(int Index, string ContentType, byte[] Bytes);
