namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>The message of <c>notes.proto</c>, as the peer writes it down: 64-bit numbers as text, bytes in base64.</summary>
internal sealed record Note(string Text, string Number = "0", string Data = "", params IReadOnlyList<string> Tags)
{
    /// <summary>A note that fills several frames.</summary>
    public static Note OfSize(int bytes) => new("large", Data: Convert.ToBase64String(new byte[bytes]));
}
