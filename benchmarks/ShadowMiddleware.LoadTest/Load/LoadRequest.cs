using System.Text;

namespace ShadowMiddleware.LoadTest.Load;

/// <summary>The one request that everybody sends: a POST of 1 KB with four header fields besides the framing.</summary>
internal static class LoadRequest
{
    public const string Target = "/orders/17?page=2";
    public const string ContentType = "application/json";

    public static readonly IReadOnlyList<KeyValuePair<string, string>> Headers =
    [
        new("Accept", "*/*"),
        new("User-Agent", "load-test/1.0"),
        new("X-Request-Id", "7d2f1c8e90ab4f53"),
    ];

    /// <summary>Valid JSON, as the content type says: where copies are redacted, anything else would be dropped.</summary>
    public static readonly byte[] Body = Encoding.ASCII.GetBytes($"\"{new string('x', 1022)}\"");

    /// <summary>The request as it goes over the wire.</summary>
    public static readonly byte[] Bytes = Encoding.ASCII.GetBytes(
        $"POST {Target} HTTP/1.1\r\nHost: primary.example\r\n"
            + string.Concat(Headers.Select(header => $"{header.Key}: {header.Value}\r\n"))
            + $"Content-Type: {ContentType}\r\nContent-Length: {Body.Length}\r\n\r\n{Encoding.ASCII.GetString(Body)}"
    );
}
