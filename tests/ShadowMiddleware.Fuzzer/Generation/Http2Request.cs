namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>One request as the frames of its stream.</summary>
/// <param name="Frames">Frames, or several that nothing may come between.</param>
/// <param name="Body">The body.</param>
internal sealed record Http2Request(IReadOnlyList<byte[]> Frames, byte[] Body);
