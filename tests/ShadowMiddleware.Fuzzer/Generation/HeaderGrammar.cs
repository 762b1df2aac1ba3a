using ShadowMiddleware.Fuzzer.Apps;

namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>Header fields that do not frame the body.</summary>
internal static class HeaderGrammar
{
    private const string Token = "abcdefXYZ019-_.!#$%&'*+^`|~";
    private const string Visible = "abc XYZ019,;=\"()<>@[]{}?/\\:'\t-_.!#$%&*+^`|~";
    private const string Wide = "a\u00e9\u00fc\u20ac\u4e2d\ud83d\ude00 z";

    private static readonly string[] Usual =
    [
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Authorization",
        "Cache-Control",
        "Content-Disposition",
        "Content-Encoding",
        "Content-Language",
        "Content-Location",
        "Content-MD5",
        "Content-Range",
        "Content-Type",
        "Cookie",
        "DNT",
        "Date",
        "Expires",
        "Allow",
        "Last-Modified",
        "Forwarded",
        "From",
        "If-Match",
        "If-Modified-Since",
        "If-None-Match",
        "If-Range",
        "Max-Forwards",
        "Origin",
        "Pragma",
        "Range",
        "Referer",
        "Request-Id",
        "Upgrade-Insecure-Requests",
        "User-Agent",
        "Via",
        "Warning",
        "X-Forwarded-For",
        "X-Correlation-Context",
        "Correlation-Context",
        "Grpc-Timeout",
        "Alt-Used",
        "Sec-Fetch-Mode",
        "baggage",
    ];

    public static IEnumerable<string> Create(Draw draw)
    {
        yield return Host(draw);
        if (draw.Chance(0.93))
        {
            yield return $"{FuzzedApp.BehaviourHeader}: {draw.One<string>(FuzzedApp.Behaviours)}";
        }

        if (draw.Chance(0.12))
        {
            yield return $"{FuzzedApp.OuterHeader}: {draw.One<string>(FuzzedApp.Outer)}";
        }

        foreach (var field in ChoiceGrammar.Fields(draw))
        {
            yield return field;
        }

        for (var i = draw.Below(7); i > 0; i--)
        {
            yield return Field(draw);
        }

        if (draw.Chance(0.02))
        {
            yield return Flood(draw);
        }
    }

    // Up to what the server takes, 100 fields and 32 KiB, and beyond.
    private static string Flood(Draw draw)
    {
        var name = draw.One("X-Flood", "X-Flood-{0}", "Cookie", "Accept");
        var count = draw.IsPolite ? draw.Between(50, 80) : draw.Between(90, 130);
        var size = draw.One(0, 1, 200, draw.IsPolite ? 10 : 1_000);
        return string.Join(
            "\r\n",
            Enumerable
                .Range(0, count)
                .Select(i => $"{name.Replace("{0}", $"{i}", StringComparison.Ordinal)}: {draw.Text(size, Token)}")
        );
    }

    private static string Host(Draw draw) =>
        (draw.IsPolite ? 39 : draw.Below(40)) switch
        {
            0 => "X-No-Host: 1",
            1 => "Host:",
            2 => "Host: a\r\nHost: b",
            3 => "Host: " + draw.One("a b", "a/b", "user@a", "[::1]:80", "a:99999", "\u00e9", "a,b"),
            _ => "Host: " + ChoiceGrammar.Host(draw),
        };

    private static string Field(Draw draw) =>
        draw.Between(draw.IsPolite ? 1 : 0, 24) switch
        {
            14 => Repeated(draw),
            1 => Connection(draw),
            2 => draw.One(
                "TE: trailers",
                "TE: gzip, trailers;q=0.5",
                "Trailer: X-Sum",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: close"
            ),
            3 => draw.One(
                "Proxy-Authorization: Basic eA==",
                "Proxy-Authenticate: Basic",
                "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"
            ),
            4 => draw.One("Upgrade: websocket", "Upgrade: h2c", "Upgrade: TLS/1.0")
                + (draw.Chance(0.5) ? "\r\nConnection: upgrade" : ""),
            5 => Trace(draw),
            6 => draw.One(
                "X-Shadow-Request: v2;id=\"00000000000000000000000000000000\"",
                "x-shadow-request:",
                "X-Shadow-Requests: 1"
            ),
            7 => $"X-{draw.Text(5, "abcdef")}:" + draw.One("", " ", "\t", "  \t "),
            8 => $"X-Long: {draw.Text(draw.Between(1_000, 9_000), Visible).Trim()}",
            9 => $"X-Wide: {draw.Text(draw.Between(1, 20), Wide).Trim()}",
            0 => draw.One(
                "X-Folded: a\r\n b",
                "X-Folded: a\r\n\tX-Do: echo",
                "X-Folded:\r\n",
                "X-Crs: a\r\r\n",
                "X-Lfs: a\n\r\n",
                "X-Null: a\0b",
                "X Bad: 1",
                "X-Bad : 1",
                ": empty",
                "NoColon",
                "X-Cr: a\rb",
                "X-Lf: a\nb",
                " X: 1",
                "X-Del: \u007f",
                "X-Bell: \a"
            ),
            11 => Cookies(draw),
            12 => "Content-Type: "
                + draw.One(
                    "application/grpc",
                    "application/grpc+proto",
                    "application/json",
                    "text/plain; charset=utf-8",
                    "a/b, c/d",
                    "invalid",
                    ""
                ),
            13 => $"{draw.Text(draw.Between(1, 15), Token)}: {draw.Text(draw.Below(10), Visible).Trim()}",
            _ =>
                $"{Cased(draw, draw.One<string>(Usual))}:{draw.One("", " ", "\t ")}{draw.Text(draw.Below(30), Visible).Trim()}{draw.One("", " ")}",
        };

    private static string Repeated(Draw draw)
    {
        var name = draw.Chance(0.5) ? draw.One<string>(Usual) : "X-" + draw.Text(3, "abcd");
        var lines = Enumerable
            .Range(0, draw.Between(2, 4))
            .Select(_ => $"{Cased(draw, name)}: {draw.Text(draw.Below(8), Visible).Trim()}");
        return string.Join("\r\n", lines);
    }

    private static string Connection(Draw draw) =>
        "Connection: "
        + draw.One(
            "keep-alive",
            "close",
            "Keep-Alive, X-Named",
            "X-Named",
            "x-named, Cookie",
            "Host, X-Shadow-Request, Content-Length",
            "X-Do, Authorization",
            "upgrade",
            "close, upgrade",
            "",
            ",",
            "TE, trailers"
        )
        + draw.One("", "\r\nX-Named: 1", "\r\nConnection: X-Do");

    private static string Trace(Draw draw) =>
        draw.One(
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "traceparent: broken",
            "tracestate: a=1\r\ntracestate: b=2",
            "baggage: k=v, k2=v2",
            "Request-Id: |abc.1."
        );

    private static string Cookies(Draw draw) =>
        string.Join(
            "\r\n",
            Enumerable
                .Range(0, draw.Between(1, 3))
                .Select(i => $"Cookie: c{i}={draw.Text(draw.One(3, 30, 3_000), "abc019%=.")}")
        );

    private static string Cased(Draw draw, string name) =>
        draw.Below(4) switch
        {
            0 => name.ToLowerInvariant(),
            1 => name.ToUpperInvariant(),
            _ => name,
        };
}
