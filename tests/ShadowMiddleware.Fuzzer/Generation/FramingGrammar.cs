using System.Globalization;
using System.Text;
using ShadowMiddleware.Fuzzer.Apps;

namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>Framing that is broken, or that two servers may read in two ways. Only a server can say what the bodies are.</summary>
internal static class FramingGrammar
{
    public static FramedBody Create(Draw draw, string[] fields, byte[] content) =>
        draw.Below(10) switch
        {
            0 => Of(fields, [$"Content-Length: {content.Length + draw.Between(1, 100)}"], content),
            1 => Of(fields, [$"Content-Length: {content.Length / 2}"], content),
            2 => Of(
                fields,
                [$"Content-Length: {content.Length}", $"Content-Length: {content.Length + draw.Below(2)}"],
                content
            ),
            3 => Of(fields, [$"Content-Length:{Length(draw, content.Length)}"], content),
            4 => Of(fields, [Coding(draw)], draw.Chance(0.5) ? content : BodyGrammar.Chunks(draw, content, "")),
            5 or 6 => Of(fields, ["Transfer-Encoding: chunked"], BadChunks(draw, content)),
            7 => Ambiguous(draw, fields, content),
            _ => Smuggled(draw, fields, content),
        };

    private static FramedBody Of(string[] fields, string[] framing, byte[] wire) =>
        new([.. fields, .. framing], wire, null);

    private static string Length(Draw draw, int length) =>
        draw.One(
            " -1",
            " +5",
            " 0x10",
            " 1e3",
            " 5 5",
            " 5,5",
            "",
            " 99999999999999999999",
            " 05",
            " 9999999999",
            " 9223372036854775807",
            " 9223372036854775808",
            " 2147483648",
            $" {length},{length}",
            $"\t{length}\t",
            $" 000{length}",
            $" {length};",
            $" {length}\0",
            $" \"{length}\""
        );

    private static string Coding(Draw draw) =>
        draw.One(
            "Transfer-Encoding:",
            "Transfer-Encoding:",
            "Transfer-Encoding :",
            "Transfer_Encoding:",
            " Transfer-Encoding:"
        )
        + draw.One(
            " gzip",
            " identity",
            " chunked, gzip",
            " gzip, chunked",
            " xchunked",
            " chunked;q=1",
            "",
            "chunked",
            "\tchunked",
            " chunked ",
            " chunked,",
            " ,chunked",
            " chunked, chunked",
            " \"chunked\"",
            " chunked\u000b",
            " chunked\0",
            " chunk\r\n ed",
            "\r\n chunked",
            " identity\r\nTransfer-Encoding: chunked",
            " chunked\r\nTransfer-Encoding: identity",
            " chunked\r\nTransfer-Encoding: chunked"
        );

    // As content, as chunks, or as both, whichever of the two fields wins.
    private static FramedBody Ambiguous(Draw draw, string[] fields, byte[] content)
    {
        var chunks = BodyGrammar.Chunks(draw, content, "");
        var length = $"Content-Length: {draw.One(content.Length, chunks.Length, 0)}";
        const string Chunked = "Transfer-Encoding: chunked";
        return Of(
            fields,
            draw.Chance(0.5) ? [length, Chunked] : [Chunked, length],
            draw.Chance(0.6) ? chunks : content
        );
    }

    /// <summary>A request in the body of another. Who takes the one framing for the other answers a request that nobody sent.</summary>
    private static FramedBody Smuggled(Draw draw, string[] fields, byte[] content)
    {
        var request = Encoding.ASCII.GetBytes(
            $"{draw.One("GET", "POST")} /smuggled HTTP/1.1\r\nHost: fuzz.test\r\n{FuzzedApp.BehaviourHeader}: {draw.One<string>(FuzzedApp.Behaviours)}\r\n"
                + draw.One("\r\n", "Content-Length: 10\r\n\r\n", "X-Swallow: ")
        );
        var front = content.Length > 200 ? content[..200] : content;
        byte[] ended = [.. "0\r\n\r\n"u8, .. request];
        return draw.Below(6) switch
        {
            0 => Of(fields, ["Content-Length: 0"], request),
            1 => Of(fields, ["Transfer-Encoding: chunked"], ended),
            2 => Of(fields, [$"Content-Length: {ended.Length}", "Transfer-Encoding: chunked"], ended),
            3 => Of(fields, ["Content-Length: 5", Coding(draw)], ended),
            4 => Of(fields, [$"Content-Length: {front.Length}"], [.. front, .. request]),
            _ => Of(
                fields,
                ["Transfer-Encoding: chunked"],
                [
                    .. Encoding.ASCII.GetBytes($"{request.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n"),
                    .. request,
                    .. "\r\n0\r\n\r\n"u8,
                ]
            ),
        };
    }

    private static byte[] BadChunks(Draw draw, byte[] content) =>
        draw.Below(10) switch
        {
            0 => [.. "zz\r\n"u8, .. content],
            1 => [.. BodyGrammar.Chunks(draw, content, "")[..^2], .. "garbage"u8],
            2 => [.. BodyGrammar.Chunks(draw, content, "")[..^5], .. "xyz\r\n"u8],
            3 => [.. BodyGrammar.Chunks(draw, content, ""), .. "0\r\n\r\n"u8],
            4 => Encoding.ASCII.GetBytes($"5\r\nabcde{draw.One("fgh\r\n", "\n", "\r", "", "\r\r\n")}0\r\n\r\n"),
            5 => Encoding.ASCII.GetBytes($"5\r\nabcde\r\n0\r\n{Trailers(draw)}"),
            6 => Encoding.ASCII.GetBytes($"5{Extension(draw)}\r\nabcde\r\n0{Extension(draw)}\r\n\r\n"),
            _ => Encoding.ASCII.GetBytes($"{Size(draw)}abcde\r\n0\r\n\r\n"),
        };

    private static string Size(Draw draw) =>
        draw.One(
            "FFFFFFFFFFFFFFFFF\r\n",
            "ffffffff\r\n",
            "7fffffff\r\n",
            "80000000\r\n",
            "7fffffffffffffff\r\n",
            "100000005\r\n",
            "0000000000000000000000000000000005\r\n",
            "00000005\r\n",
            "-1\r\n",
            "+5\r\n",
            "0x5\r\n",
            "5 \r\n",
            " 5\r\n",
            "5\t\r\n",
            "5_\r\n",
            "5\n",
            "5\n",
            "5\n",
            "5\r",
            "5\r\r\n",
            "\r\n5\r\n",
            "\r\n",
            ";\r\n",
            "5\0\r\n",
            "5h\r\n"
        );

    private static string Extension(Draw draw) =>
        draw.One(
            ";",
            ";a",
            ";a=\"\r\n\"",
            ";a\nb",
            ";a\rb",
            ";a\0b",
            " ;a=b",
            ";" + draw.Text(draw.One(50, 5_000, 70_000), "abc=;\"")
        );

    private static string Trailers(Draw draw) =>
        draw.One(
            "Transfer-Encoding: chunked\r\n\r\n",
            "Host: other.test\r\nContent-Length: 99\r\n\r\n",
            "X Bad: 1\r\n\r\n",
            "NoColon\r\n\r\n",
            "X: 1\n\n",
            "X: a\r\n b\r\n\r\n",
            $"X: {draw.Text(40_000, "xyz")}\r\n\r\n",
            string.Concat(Enumerable.Range(0, 120).Select(i => $"X-{i}: 1\r\n")) + "\r\n",
            "X: never ends"
        );
}
