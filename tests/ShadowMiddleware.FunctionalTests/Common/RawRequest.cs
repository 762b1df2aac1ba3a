using System.Text;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Writes HTTP/1.1 requests byte by byte.</summary>
internal static class RawRequest
{
    public const string Host = "primary.example";

    public static byte[] Get(string target, params string[] fields) => Build("GET", target, fields, body: null);

    /// <summary>A request with a <c>Content-Length</c> when <paramref name="body"/> is not <see langword="null"/>.</summary>
    public static byte[] Build(string method, string target, string[] fields, byte[]? body)
    {
        var framing = body is null ? [] : new[] { $"Content-Length: {body.Length}" };
        return [.. Head(method, target, [.. fields, .. framing]), .. body ?? []];
    }

    public static byte[] Chunked(string method, string target, string[] fields, byte[] body, int chunkSize = 1000)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Head(method, target, [.. fields, "Transfer-Encoding: chunked"]));

        foreach (var chunk in body.Chunk(chunkSize))
        {
            bytes.Write(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"));
            bytes.Write(chunk);
            bytes.Write("\r\n"u8);
        }

        bytes.Write("0\r\n\r\n"u8);
        return bytes.ToArray();
    }

    public static byte[] Head(string method, string target, params string[] fields)
    {
        var text = new StringBuilder($"{method} {target} HTTP/1.1\r\n");

        if (!fields.Any(field => field.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)))
        {
            text.Append($"Host: {Host}\r\n");
        }

        foreach (var field in fields)
        {
            text.Append(field).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
    }
}
