namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>A body with the fields that announce it, and its bytes on the wire.</summary>
/// <param name="Fields">Header lines, without their line breaks.</param>
/// <param name="Wire">What follows the head.</param>
/// <param name="Content">The body itself; <see langword="null"/> when the framing is broken or ambiguous.</param>
internal sealed record FramedBody(IReadOnlyList<string> Fields, byte[] Wire, byte[]? Content);
