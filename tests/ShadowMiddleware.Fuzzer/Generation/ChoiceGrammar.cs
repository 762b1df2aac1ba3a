using System.Text;
using ShadowMiddleware.Fuzzer.Apps;

namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>What the drawn configurations look at: what rules match, what requests are drawn by, and what is redacted.</summary>
internal static class ChoiceGrammar
{
    private const string Secret = "hush-hush";
    private const string HexDigits = "0123456789abcdef";

    // Few enough that each comes again, in other rounds and at other percents.
    private const string Keys = "abcdefghijklmnop";

    public static string Host(Draw draw) =>
        draw.Chance(0.7)
            ? "fuzz.test"
            : draw.One(
                "api.fuzz.test",
                "a.b.Fuzz.TEST:8080",
                "FUZZ.test:80",
                "xfuzz.test",
                "other.test",
                "10.0.0.1:5000",
                "[::1]:80"
            );

    public static IEnumerable<string> Fields(Draw draw)
    {
        if (draw.Chance(0.3))
        {
            yield return $"{ChoiceFields.Rule}: {draw.One("1", "1", "2", "one", $"2\r\n{ChoiceFields.Rule}: 1")}";
        }

        if (draw.Chance(0.4))
        {
            yield return Key(draw);
        }

        if (draw.Chance(0.15))
        {
            yield return $"{draw.One(ChoiceFields.When, ChoiceFields.WhenResponse)}: {draw.One("yes", "no", "throw")}";
        }

        if (draw.Chance(0.1))
        {
            yield return $"{ChoiceFields.Endpoint}: {draw.One("hub", "off", "read", "all", "half", "none", "other")}";
        }

        if (draw.Chance(0.2))
        {
            yield return $"{ChoiceFields.Transform}: {draw.One("throw", "path", "query", "body", "field", "method", "none")}";
        }

        if (draw.Chance(0.1))
        {
            yield return draw.One(
                "X-Forwarded-For: 192.0.2.1",
                "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: unknown",
                "X-Forwarded-Host: front.test",
                "X-Forwarded-Proto:",
                "X-Forwarded-Proto: https"
            );
        }
    }

    public static string Target(Draw draw) =>
        draw.One(
            "/orders/17",
            "/orders/17/",
            "/Orders/x%20y",
            "/orders/17/lines",
            "/orders",
            "/orders/%31%37",
            "/catalog",
            "/catalog/a//b/",
            "/CATALOG/x",
            "/catalogue",
            "/api/v1/things",
            "/api/%2e%2e/x",
            "/../x",
            "/a/..%2f..%2fx",
            "/..;a/x",
            "/a%2fb/../../x"
        ) + Query(draw);

    private static string Query(Draw draw) =>
        draw.One(
            "",
            "",
            "?preview=true",
            "?Preview=true",
            "?preview=True",
            "?preview=false&%70review=%74rue",
            "?preview",
            $"?token={Secret}",
            $"?a=1&Token={Secret}&preview=true",
            $"?token[]={Secret}&a%5Btoken%5D={Secret}&token[a]={Secret}",
            $"?%74oken={Secret}&token=",
            $"?x;token={Secret}&y",
            $"?tok%zz={Secret}",
            $"?%C3%28={Secret}&token={Secret}",
            $"?to+ken={Secret}&token={Secret}={Secret}"
        );

    /// <summary>Bodies with something to redact in them, and some that only seem to have it.</summary>
    public static (string? Type, byte[] Content) Content(Draw draw) =>
        draw.Below(4) switch
        {
            0 => (
                draw.One("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8"),
                Encoding.ASCII.GetBytes(Form(draw))
            ),
            1 => (
                "multipart/form-data; boundary=B",
                Encoding.ASCII.GetBytes(
                    $"--B\r\nContent-Disposition: form-data; name=\"{draw.One("password", "other", "Password", "password[]", "password[0]")}\"\r\n\r\n{Secret}\r\n--B--\r\n"
                )
            ),
            2 => (
                draw.One("application/problem+json", "text/plain", null, "application/x-www-form-urlencoded"),
                Encoding.ASCII.GetBytes(Json(draw))
            ),
            _ => ("application/json", Encoding.ASCII.GetBytes(Json(draw))),
        };

    private static string Form(Draw draw) =>
        draw.One(
            $"password={Secret}&a=1",
            $"a=1&PASS%77ord={Secret}",
            $"a=1&pass%zzword={Secret}",
            $"password={Secret};password={Secret}",
            "a=1&b=2+3",
            $"{{\"password\":\"{Secret}\"",
            $"password[0]={Secret}&password={Secret}",
            $"password%5B%5D={Secret}&pass[]word={Secret}&PASSWORD[x][y]={Secret}&other[password]={Secret}"
        );

    private static string Json(Draw draw) =>
        draw.One(
            $"{{\"card\":{{\"number\":\"{Secret}\",\"type\":1}},\"items\":[{{\"secret\":\"{Secret}\"}},2,{{\"Secret\":[1,{{}}]}}]}}",
            $" {{ \"CARD\" : {{ \"n\\u0075mber\" : 4111 , \"number\" : \"{Secret}\" }} }}\r\n",
            $"{{\"items\":{{\"0\":{{\"secret\":true}},\"a\":{{\"secret\":\"{Secret}\"}}}},\"card\":[\"{Secret}\"]}}",
            $"{{\"card\":{{\"number\":\"{Secret}\",}}}}",
            $"{{\"card\":{{\"number\":\"{Secret}\"",
            $"{{\"card\":\"{Secret}\",\"Card\":{{\"Number\":null}}}}",
            "[]"
        );

    private static string Key(Draw draw)
    {
        var key = draw.Text(1, Keys);
        return draw.Below(4) switch
        {
            0 => $"{ChoiceFields.Key}: {key}" + draw.One("", "", $"\r\n{ChoiceFields.Key}: {key}"),
            1 => $"Cookie: {draw.One("", "a=b; ")}{ChoiceFields.Cookie}={key}",
            2 => $"{ChoiceFields.User}: {key}",
            _ => $"traceparent: 00-{draw.Text(32, HexDigits)}-{draw.Text(16, HexDigits)}-0{draw.Below(2)}",
        };
    }
}
