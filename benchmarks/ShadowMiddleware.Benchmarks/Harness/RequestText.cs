namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>Requests as they stand on the wire, with the header fields that a client behind a gateway sends.</summary>
internal static class RequestText
{
    private const string CommonFields =
        "Host: localhost\r\n"
        + "User-Agent: benchmark/1.0\r\n"
        + "Accept: application/json\r\n"
        + "Accept-Encoding: gzip, br\r\n"
        + "Authorization: Bearer 0123456789abcdef0123456789abcdef\r\n"
        + "X-Forwarded-For: 192.0.2.10\r\n"
        + "X-Request-ID: 5f1c1e0e-8a52-4d2e-9a53-2c1f0f4c9d11\r\n";

    public const string Get =
        "GET /orders/42?view=full HTTP/1.1\r\n" + CommonFields + "Accept-Language: en\r\n" + "\r\n";

    /// <summary>The GET of somebody, in a trace: with all that a sticky draw can be made from.</summary>
    public const string GetWithKeys =
        "GET /orders/42?view=full HTTP/1.1\r\n"
        + CommonFields
        + "Accept-Language: en\r\n"
        + "X-User: 4711\r\n"
        + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
        + "\r\n";

    /// <summary>A POST up to its body.</summary>
    public static string Post(int bodyBytes) =>
        "POST /orders HTTP/1.1\r\n"
        + CommonFields
        + "Content-Type: application/json\r\n"
        + $"Content-Length: {bodyBytes}\r\n"
        + "\r\n";
}
