using System.Security.Cryptography;

namespace QuickStart.Copies;

/// <summary>The value of a <c>Content-Digest</c> field (RFC 9530).</summary>
internal static class BodyDigest
{
    public const string HeaderName = "Content-Digest";

    public static string Of(ReadOnlySpan<byte> body) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(body))}:";
}
