namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>A body as it was before framing.</summary>
/// <param name="Bytes">As much of it as the client sends.</param>
/// <param name="IsEnded">Whether the client says that this was all.</param>
internal sealed record SentBody(byte[] Bytes, bool IsEnded);
