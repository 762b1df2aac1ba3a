using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>Bodies and their framing.</summary>
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
        return draw.Below(draw.IsPolite ? 22 : 34) switch
        {
            < 11 => Exact(fields, content),
            < 21 => Chunked(draw, fields, content),
            21 => new([.. fields, "Content-Length: 0"], [], []),
            _ => FramingGrammar.Create(draw, fields, content),
        };
    }

    public static (string? Type, byte[] Content) Content(Draw draw) =>
        draw.Below(12) switch
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
            6 => (Grpc(draw), Messages(draw)),
            9 or 10 or 11 => ChoiceGrammar.Content(draw),
            _ => ("application/octet-stream", draw.Bytes(Size(draw))),
        };

    private static string Grpc(Draw draw) =>
        draw.One(
            "application/grpc",
            "application/grpc",
            "application/grpc+proto",
            "Application/GRPC+json",
            "application/grpc;charset=utf-8",
            "application/grpc-web",
            "application/grpc-web+proto",
            "application/grpcx",
            "application/grp"
        );

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

    public static byte[] Chunks(Draw draw, byte[] content, string trailers)
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
}
