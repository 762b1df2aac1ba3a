using System.Globalization;

namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>Requests of HTTP/2, right and wrong. Each alone; what lies between them is the generator's.</summary>
internal static class Http2Grammar
{
    private const int MaxBodyBytes = 140_000;

    /// <summary>The frames of one request, or several at a time that nothing may come between.</summary>
    public static List<byte[]> Create(Draw draw, uint stream)
    {
        var (type, content) = BodyGrammar.Content(draw);
        var hasBody = draw.Chance(0.65);
        var body = hasBody ? content[..Math.Min(content.Length, MaxBodyBytes)] : [];
        var frames = new List<byte[]>();
        var block = Fields(draw, hasBody ? type : null, hasBody && draw.Chance(0.6) ? body.Length : null);
        AddHeaders(draw, frames, stream, block, endsStream: !hasBody);
        if (hasBody)
        {
            AddBody(draw, frames, stream, body);
        }

        return frames;
    }

    private static byte[] Fields(Draw draw, string? type, int? length)
    {
        var block = new HeaderBlock();
        var isWrong = !draw.IsPolite && draw.Chance(0.15);
        if (isWrong)
        {
            AddWrongStart(draw, block, type is null ? "GET" : "POST");
        }
        else
        {
            block.Add(draw, ":method", CaseGenerator.Method(draw, hasBody: type is not null));
            block.Add(draw, ":scheme", "http");
            block.Add(draw, ":path", Target(draw));
            block.Add(draw, ":authority", ChoiceGrammar.Host(draw));
        }

        if (type is not null)
        {
            block.Add(draw, "content-type", type);
        }

        if (length is { } announced)
        {
            var value = !draw.IsPolite && draw.Chance(0.1) ? announced + draw.Between(-1, 1) : announced;
            block.Add(draw, "content-length", value.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var line in HeaderGrammar.Create(draw).SelectMany(field => field.Split("\r\n")))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = colon > 0 ? line[..colon].ToLowerInvariant() : "x";

            // They belong to HTTP/1.1, and a server refuses a request that has them.
            if (name is "host" or "connection" or "keep-alive" or "proxy-connection" or "upgrade" && !isWrong)
            {
                continue;
            }

            block.Add(draw, name, line[(colon + 1)..].Trim());
        }

        if (!draw.IsPolite && draw.Chance(0.08))
        {
            AddWrongField(draw, block);
        }

        return block.ToArray();
    }

    private static string Target(Draw draw)
    {
        var target = TargetGrammar.Create(draw);
        return target.StartsWith('/') || !draw.IsPolite ? target : "/" + target;
    }

    private static void AddWrongStart(Draw draw, HeaderBlock block, string method)
    {
        switch (draw.Below(9))
        {
            case 0:
                block.Add(draw, ":method", method);
                block.Add(draw, ":scheme", "http");
                break;
            case 1:
                block.Add(draw, ":method", method);
                block.Add(draw, ":method", method);
                block.Add(draw, ":scheme", "http");
                block.Add(draw, ":path", "/");
                break;
            case 2:
                block.Add(draw, "x-first", "1");
                goto default;
            case 3:
                block.Add(draw, ":unknown", "1");
                goto default;
            case 4:
                block.Add(draw, ":method", "CONNECT");
                block.Add(draw, ":authority", "fuzz.test:443");
                break;
            case 5:
                block.Add(draw, ":method", "CONNECT");
                block.Add(draw, ":protocol", "websocket");
                block.Add(draw, ":scheme", "http");
                block.Add(draw, ":path", "/socket");
                block.Add(draw, ":authority", "fuzz.test");
                break;
            case 6:
                block.Add(draw, ":method", "OPTIONS");
                block.Add(draw, ":scheme", "http");
                block.Add(draw, ":path", "*");
                block.Add(draw, ":authority", "fuzz.test");
                break;
            case 7:
                block.Add(draw, ":method", method);
                block.Add(draw, ":scheme", draw.One("https", "ftp", ""));
                block.Add(draw, ":path", draw.One("", "x", "/a b", "/\u00e9", "/a\r\nb", "/\0"));
                block.Add(draw, ":authority", draw.One("", "a b", "user@a", "a,b"));
                break;
            default:
                block.Add(draw, ":method", method);
                block.Add(draw, ":scheme", "http");
                block.Add(draw, ":path", "/");
                break;
        }
    }

    private static void AddWrongField(Draw draw, HeaderBlock block)
    {
        switch (draw.Below(8))
        {
            case 0:
                block.Add(draw, draw.One("X-Upper", "x bad", "x:bad", "", "x\0"), "1");
                break;
            case 1:
                block.Add(draw, "x-value", draw.One("a\r\nb: c", "a\nb", "a\rb", "a\0b", "\u007f"));
                break;
            case 2:
                block.Add(draw, "te", draw.One("trailers", "gzip"));
                break;
            case 3:
                block.Add(draw, "host", "other.test");
                break;
            case 4:
                block.Add(draw, "transfer-encoding", "chunked");
                break;
            case 5:
                // An index of nothing, and a table larger than was agreed.
                block.AddRaw(draw.One<byte[]>([0x80], [0xff, 0x80, 0x01], [0x3f, 0xff, 0xff, 0xff, 0x7f]));
                break;
            case 6:
                block.AddRaw(0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0x0f);
                break;
            default:
                // A text that is no Huffman code.
                block.AddRaw(0, 0x84, 0xff, 0xff, 0xff, 0xff, 1, (byte)'v');
                break;
        }
    }

    private static void AddHeaders(Draw draw, List<byte[]> frames, uint stream, byte[] block, bool endsStream)
    {
        var first = draw.Chance(0.15) ? draw.Below(block.Length + 1) : Math.Min(block.Length, 16_000);
        var payload = block.AsSpan(0, first);
        var flags = endsStream ? Frame.EndStream : 0;
        var left = block[first..];
        if (left.Length == 0)
        {
            flags |= Frame.EndHeaders;
        }

        frames.Add(
            draw.Below(10) switch
            {
                0 => Frame.Of(Frame.Headers, flags | Frame.Padded, stream, [3, .. payload, 0, 0, 0]),
                1 => Frame.Of(Frame.Headers, flags | Frame.HasPriority, stream, [0, 0, 0, 0, 15, .. payload]),
                _ => Frame.Of(Frame.Headers, flags, stream, payload),
            }
        );
        while (left.Length > 0)
        {
            var size = Math.Min(left.Length, draw.Between(1, 16_000));
            var isLast = size == left.Length;

            // Nothing may come between the frames of one block.
            frames[^1] =
            [
                .. frames[^1],
                .. Frame.Of(Frame.Continuation, isLast ? Frame.EndHeaders : 0, stream, left.AsSpan(0, size)),
            ];
            left = left[size..];
        }
    }

    private static void AddBody(Draw draw, List<byte[]> frames, uint stream, byte[] body)
    {
        var hasTrailers = draw.Chance(0.1);
        var most = draw.One(1, 100, 5_000, Frame.MaxLength - 10);
        most = Math.Max(most, body.Length / 20);
        var at = 0;
        do
        {
            var size = Math.Min(draw.Between(Math.Min(most, 1), most), body.Length - at);
            var flags = at + size == body.Length && !hasTrailers ? Frame.EndStream : 0;
            frames.Add(
                draw.Chance(0.1)
                    ? Frame.Of(Frame.Data, flags | Frame.Padded, stream, [2, .. body.AsSpan(at, size), 0, 0])
                    : Frame.Of(Frame.Data, flags, stream, body.AsSpan(at, size))
            );
            at += size;
        } while (at < body.Length);

        if (hasTrailers)
        {
            var trailers = new HeaderBlock();
            trailers.Add(draw, draw.IsPolite ? "x-sum" : draw.One("x-sum", ":path", "content-length"), "1");
            AddHeaders(draw, frames, stream, trailers.ToArray(), endsStream: true);
        }
    }
}
