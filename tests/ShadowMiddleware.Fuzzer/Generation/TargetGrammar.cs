namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>Request targets: mostly odd ones that are legal, some that no server should take.</summary>
internal static class TargetGrammar
{
    private const string PathLetters = "abcXYZ019-._~!$&'()*+,;=:@/";
    private const string QueryLetters = "abc019-._~!$&'()*+,;=:@/?%&&==";
    private const string AnyVisible = "abc/\\\"<>^`{|}#?%[]~";

    private static readonly string[] Pieces =
    [
        "%2F",
        "%2f",
        "%252F",
        "%41",
        "%00",
        "%0D%0A",
        "%zz",
        "%",
        "%E2%82%AC",
        "%C3%28",
        "..",
        ".",
        "/../",
        "/./",
        "//",
        "/@host",
        "/\\host",
        "//evil.test",
        "/http://evil.test/",
        ":80",
        ";v=1",
        "~",
        "'",
        "{id}",
        "|",
        "^",
        "`",
        "\"",
        "<>",
        "#part",
        "+",
        "*",
    ];

    public static string Create(Draw draw) =>
        draw.Below(draw.IsPolite ? 34 : 40) switch
        {
            1 => Absolute(draw),
            2 => "/" + draw.Text(draw.Between(4_000, 8_000), PathLetters),
            3 => Path(draw) + "?" + draw.Text(draw.Between(1_000, 7_000), QueryLetters),
            4 => draw.One("/", "//", "///", "/?", "/??", "/.", "/..", "/../..", "/;"),
            < 14 => ChoiceGrammar.Target(draw),
            < 34 => Path(draw) + Query(draw),
            34 => "*",
            35 => "/" + draw.Text(draw.Chance(0.8) ? draw.Between(8_000, 8_300) : 40_000, PathLetters),
            36 => draw.One(
                "",
                "x",
                "x/y",
                "host:80",
                "http://",
                "http:///",
                "http://a b/",
                "://x",
                "?",
                "#",
                "%2F",
                "\\"
            ),
            37 => Path(draw) + draw.One(" ", "\t", "\r", "\u00e9", "\u20ac", "\0", "\u007f") + Path(draw),
            38 => draw.One("/#", "/#?", "/?#", "/%", "/%2", "/%00", "/%zz"),
            _ => "/" + draw.Text(draw.Between(1, 20), AnyVisible),
        };

    private static string Path(Draw draw)
    {
        var path = "/" + draw.Text(draw.Below(6), PathLetters);
        for (var i = draw.Below(4); i > 0; i--)
        {
            path += draw.Chance(0.5) ? draw.One<string>(Pieces) : "/" + draw.Text(draw.Between(1, 5), PathLetters);
        }

        return path;
    }

    private static string Query(Draw draw) =>
        draw.Below(4) switch
        {
            0 => "",
            1 => "?",
            2 => "?" + draw.Text(draw.Below(30), QueryLetters),
            _ => "?a="
                + draw.One<string>(Pieces)
                + "&a="
                + draw.Text(3, QueryLetters)
                + draw.One("", "&", "?", "#x", "&=&"),
        };

    private static string Absolute(Draw draw) =>
        draw.One("http://", "https://", "HTTP://", "ftp://")
        + draw.One("fuzz.test", "other.test", "fuzz.test:80", "user@fuzz.test", "[::1]", "127.0.0.1:1", "")
        + draw.One(Path(draw), "", "?q", "#f")
        + Query(draw);
}
