using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>Bodies and their framing, right and wrong.</summary>
internal static class BodyGrammar
{
    public static FramedBody Create(Draw draw)
    {
        if (draw.Chance(0.35))
        {
            return new([], [], []);
        }

        var (type, content) = Content(draw);
        string[] fields = type is null ? [] : [$"Content-Type: {type}"];
        return draw.Below(draw.IsPolite ? 22 : 30) switch
        {
            < 11 => Exact(fields, content),
            < 21 => Chunked(draw, fields, content),
            21 => new([.. fields, "Content-Length: 0"], [], []),
            22 => new([.. fields, $"Content-Length: {content.Length + draw.Between(1, 100)}"], content, null),
            23 => new([.. fields, $"Content-Length: {content.Length / 2}"], content, null),
            24 => BadChunks(draw, fields, content),
            25 => new(
                [.. fields, $"Content-Length: {content.Length}", $"Content-Length: {content.Length + draw.Below(2)}"],
                content,
                null
            ),
            26 => Ambiguous(draw, fields, content),
            27 => new(
                [
                    .. fields,
                    "Content-Length: "
                        + draw.One(
                            "-1",
                            "+5",
                            "0x10",
                            "1e3",
                            "5 5",
                            "5,5",
                            "",
                            "99999999999999999999",
                            "05",
                            "9999999999"
                        ),
                ],
                content,
                null
            ),
            _ => new(
                [
                    .. fields,
                    "Transfer-Encoding: "
                        + draw.One("gzip", "identity", "chunked, gzip", "gzip, chunked", "xchunked", "chunked;q=1", ""),
                ],
                content,
                null
            ),
        };
    }

    private static (string? Type, byte[] Content) Content(Draw draw) =>
        draw.Below(9) switch
        {
            0 => ("application/json", Encoding.UTF8.GetBytes(Json(draw, 0))),
            1 => (
                "application/x-www-form-urlencoded",
                Encoding.UTF8.GetBytes($"a={draw.Text(5, "abc%41+=&")}&b={draw.Text(50, "xyz")}")
            ),
            2 => ("multipart/form-data; boundary=B", Multipart(draw)),
            3 => ("application/json; charset=utf-16", Encoding.Unicode.GetBytes(Json(draw, 0))),
            4 => ("text/plain", Encoding.UTF8.GetBytes(draw.Text(draw.Below(500), "abc\r\n\u00e9\u20ac"))),
            5 => (null, draw.Bytes(Size(draw))),
            6 => (draw.One("application/grpc", "application/grpc+proto"), Messages(draw)),
            _ => ("application/octet-stream", draw.Bytes(Size(draw))),
        };

    private static int Size(Draw draw) =>
        draw.Below(20) switch
        {
            0 => 0,
            1 => 1,
            2 or 3 => draw.Between(4_094, 4_098),
            4 or 5 => draw.Between(8_190, 8_194),
            6 => draw.Between(60_000, 70_000),

            // Around the most that the exact shadow takes.
            7 => Fuzzing.MaxBodyBytes + draw.Between(-1, 1),
            8 => draw.Between(150_000, 300_000),
            _ => draw.Between(2, 3_000),
        };

    private static string Json(Draw draw, int depth) =>
        draw.Below(depth > 3 ? 3 : 6) switch
        {
            0 => draw.Below(1_000_000).ToString(CultureInfo.InvariantCulture),
            1 => $"\"{draw.Text(draw.Below(40), "abc \u00e9\u20ac")}\"",
            2 => draw.One("null", "true", "{", "nul", "1.5e3", ""),
            3 => $"[{string.Join(',', Enumerable.Range(0, draw.Below(5)).Select(_ => Json(draw, depth + 1)))}]",
            _ =>
                $"{{{string.Join(',', Enumerable.Range(0, draw.Below(5)).Select(i => $"\"k{i}\":{Json(draw, depth + 1)}"))}}}",
        };

    private static byte[] Multipart(Draw draw)
    {
        var file = draw.Text(draw.Below(5_000), "abcdefgh\r\n-");
        return Encoding.UTF8.GetBytes(
            $"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n{file}\r\n--B{draw.One("--", "")}\r\n"
        );
    }

    // Behind each byte of flags and each length, as gRPC frames them; the last one may be cut.
    private static byte[] Messages(Draw draw)
    {
        using var messages = new MemoryStream();
        Span<byte> prefix = stackalloc byte[5];
        for (var left = draw.Below(4); left > 0; left--)
        {
            var message = draw.Bytes(draw.Chance(0.3) ? 0 : Size(draw));
            prefix[0] = (byte)draw.Below(2);
            BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], (uint)message.Length);
            messages.Write(prefix);
            messages.Write(message);
        }

        var bytes = messages.ToArray();
        return draw.Chance(0.2) ? bytes[..draw.Below(bytes.Length + 1)] : bytes;
    }

    private static FramedBody Exact(string[] fields, byte[] content) =>
        new([.. fields, $"Content-Length: {content.Length}"], content, content);

    private static FramedBody Chunked(Draw draw, string[] fields, byte[] content)
    {
        var trailers = draw.Chance(0.2)
            ? draw.One("X-Sum: 1\r\n", "X-A: 1\r\nX-B: 2\r\n", "Content-Length: 5\r\n", "X-Shadow-Request: t\r\n")
            : "";
        return new(
            [.. fields, draw.One("Transfer-Encoding: chunked", "transfer-encoding: Chunked")],
            Chunks(draw, content, trailers),
            content
        );
    }

    private static byte[] Chunks(Draw draw, byte[] content, string trailers)
    {
        using var wire = new MemoryStream();
        var most = draw.One(1, 7, 100, 5_000, 100_000);
        most = Math.Max(most, content.Length / 50);
        for (var at = 0; at < content.Length; )
        {
            var size = Math.Min(draw.Between(1, most), content.Length - at);
            var extension = draw.Chance(0.05) ? draw.One(";a=b", ";a", ";a=\"b;c\"") : "";
            wire.Write(
                Encoding.ASCII.GetBytes(
                    size.ToString(draw.One("x", "X", "x4"), CultureInfo.InvariantCulture) + extension + "\r\n"
                )
            );
            wire.Write(content, at, size);
            wire.Write("\r\n"u8);
            at += size;
        }

        wire.Write(Encoding.ASCII.GetBytes($"{draw.One("0", "000")}\r\n{trailers}\r\n"));
        return wire.ToArray();
    }

    private static FramedBody BadChunks(Draw draw, string[] fields, byte[] content)
    {
        var wire = draw.Below(6) switch
        {
            0 => [.. "zz\r\n"u8, .. content],
            1 => [.. Chunks(draw, content, "")[..^2], .. "garbage"u8],
            2 => Encoding.ASCII.GetBytes("FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n"),
            3 => Encoding.ASCII.GetBytes("5\r\nabcdefgh\r\n0\r\n\r\n"),
            4 => Encoding.ASCII.GetBytes("-1\r\n\r\n0\r\n\r\n"),
            _ => [.. Chunks(draw, content, "")[..^5], .. "xyz\r\n"u8],
        };
        return new([.. fields, "Transfer-Encoding: chunked"], wire, null);
    }

    private static FramedBody Ambiguous(Draw draw, string[] fields, byte[] content) =>
        draw.Chance(0.5)
            ? new(
                [.. fields, $"Content-Length: {content.Length}", "Transfer-Encoding: chunked"],
                Chunks(draw, content, ""),
                null
            )
            : new([.. fields, "Transfer-Encoding: chunked", $"Content-Length: {content.Length}"], content, null);
}
