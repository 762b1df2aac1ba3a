using System.Text;
using System.Text.RegularExpressions;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Copy;

public sealed partial class HeaderTests : CopyTest
{
    [Fact]
    public async Task Copy_PlainRequest_AddsTheTagAndNothingElse()
    {
        var copy = await CopyAsync(RawRequest.Get("/x", "Accept: */*", "X-One: 1"));

        Assert.Equal(
            ["Accept", "Host", "X-One", "X-Shadow-Request"],
            copy.Fields.Select(field => field.Key).Order(StringComparer.Ordinal)
        );
        Assert.Equal("*/*", copy.Value("Accept"));
        Assert.Equal("1", copy.Value("X-One"));
    }

    [Fact]
    public async Task Copy_PlainPost_AddsTheTagAndNothingElse()
    {
        var copy = await CopyAsync(RawRequest.Build("POST", "/x", ["Content-Type: text/plain"], [1, 2, 3]));

        Assert.Equal(
            ["Content-Length", "Content-Type", "Host", "X-Shadow-Request"],
            copy.Fields.Select(field => field.Key).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Copy_Tag_NamesTheShadowAndAnId()
    {
        var copy = await CopyAsync(RawRequest.Get("/x"));

        Assert.Matches(Tag(), copy.Value("X-Shadow-Request"));
    }

    [Fact]
    public async Task Copy_TagHeaderConfigured_IsUsedInstead()
    {
        var copy = await CopyAsync(RawRequest.Get("/x"), app: null, ("TagHeader", "X-Mirrored"));

        Assert.Matches(Tag(), copy.Value("X-Mirrored"));
        Assert.False(copy.Has("X-Shadow-Request"));
    }

    [Theory]
    [InlineData("X-Empty", "")]
    [InlineData("X-Utf8", "żółć 漢字 🚀")]
    [InlineData("X-Quotes", "\"a, b\";c='d'")]
    [InlineData("X_Under.score!#$%&'*+-^`|~", "odd name")]
    [InlineData("User-Agent", "(((not/a product,, of; any=kind")]
    [InlineData("Accept", "a;b;c,,;q=nonsense")]
    [InlineData("Accept-Encoding", "gzip, br;q=0.5")]
    [InlineData("Accept-Language", "pl,en;q=0.1")]
    [InlineData("Authorization", "Bearer a.b.c==")]
    [InlineData("Cookie", "a=1; b=\"2\"; c=d=e;;  f")]
    [InlineData("Referer", "not a uri at all")]
    [InlineData("Date", "yesterday")]
    [InlineData("If-None-Match", "bad\"etag")]
    [InlineData("If-Modified-Since", "never")]
    [InlineData("Range", "bytes=oops")]
    [InlineData("From", "nobody")]
    [InlineData("Max-Forwards", "many")]
    [InlineData("Origin", "null")]
    [InlineData("Cache-Control", "no-cache, x=\"1,2\"")]
    [InlineData("Pragma", "whatever")]
    [InlineData("Via", "1.1 proxy, 1.0 other")]
    [InlineData("Forwarded", "for=1.2.3.4;host=h")]
    [InlineData("X-Forwarded-For", "1.2.3.4, 5.6.7.8")]
    [InlineData("Alt-Svc", "h3=\":443\"")]
    [InlineData("Upgrade-Insecure-Requests", "1")]
    [InlineData("Content-Type", "garbage;;; charset")]
    [InlineData("Content-Encoding", "br")]
    [InlineData("Content-Disposition", "inline; filename=x")]
    [InlineData("Content-Range", "bytes 0-1/2")]
    [InlineData("Content-Location", "/elsewhere here")]
    [InlineData("Content-MD5", "not base64")]
    [InlineData("Expires", "-1")]
    [InlineData("Last-Modified", "0")]
    [InlineData("Allow", "GET,,POST")]
    [InlineData("baggage", "user=1,tenant=a%20b;p")]
    [InlineData("X-Request-Id", "0HM:1")]
    public async Task Copy_Field_IsKeptAsItIs(string name, string value)
    {
        var copy = await CopyAsync(RawRequest.Build("POST", "/x", [$"{name}: {value}"], [1]));

        Assert.Equal(value, copy.Value(name));
    }

    [Fact]
    public async Task Copy_FieldsThatTheServerReadsInAnotherEncoding_HaveTheBytesThatArrived()
    {
        byte[] request =
        [
            .. "GET /x HTTP/1.1\r\nHost: h\r\n"u8,
            .. Encoding.Latin1.GetBytes("X-Latin: caf\u00e9 \u00a0\u00ff!\r\nX-Mixed: a\r\nX-Mixed: \u00e9\r\n"),
            .. "X-Utf8: \u017c\u00e9\r\n\r\n"u8,
        ];
        await using var shadow = RawShadow.Start();
        await using var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureKestrel = kestrel =>
                kestrel.RequestHeaderEncodingSelector = name => name == "X-Utf8" ? null : Encoding.Latin1,
        };
        await environment.StartAsync(Token);

        var copy = await CopyAsync(environment, shadow, request);

        AssertHolds(copy, Encoding.Latin1.GetBytes("X-Latin: caf\u00e9 \u00a0\u00ff!\r\n"));
        AssertHolds(copy, Encoding.Latin1.GetBytes("X-Mixed: a, \u00e9\r\n"));
        AssertHolds(copy, Encoding.UTF8.GetBytes("X-Utf8: \u017c\u00e9\r\n"));
    }

    // Blanks around a value are no part of it (RFC 9110 section 5.5); those within it are.
    [Theory]
    [InlineData("X-Blanks:a", "a")]
    [InlineData("X-Blanks: \t a  b\tc \t ", "a  b\tc")]
    [InlineData("X-Blanks: \t ", "")]
    [InlineData("X-Blanks:", "")]
    public async Task Copy_BlanksAroundAValue_ChangeNothingOfIt(string field, string expected)
    {
        var copy = await CopyAsync(RawRequest.Get("/x", field));

        Assert.Equal(expected, copy.Value("X-Blanks"));
        Assert.Contains($"\r\nX-Blanks: {expected}\r\n", copy.ToString(), StringComparison.Ordinal);
    }

    // Obsolete line folding (RFC 9112 section 5.2), bare line ends, and names that are no tokens.
    [Theory]
    [InlineData("X-Folded: a\r\n b")]
    [InlineData("X-Folded: a\r\n\tb")]
    [InlineData("X-Bare: a\rb")]
    [InlineData("X-Nul: a\0b")]
    [InlineData("X Blank: a")]
    [InlineData("X-Blank : a")]
    [InlineData(": a")]
    [InlineData("no colon")]
    [InlineData("X-(Delimiter): a")]
    [InlineData("X-\u00e9: a")]
    public async Task Copy_FieldThatIsNone_IsNeverSent(string field)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        var response = await environment.Primary.ExchangeAsync(RawRequest.Get("/x", field), Token);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal(
            response.Status == 200 ? "seen 1, dropped.transform_failed 1" : NothingSeen,
            LedgerAssert.Describe(ledger)
        );
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Copy_RepeatedField_IsEqualAfterCombination()
    {
        var copy = await CopyAsync(RawRequest.Get("/x", "X-Repeat: a, b", "X-Other: -", "X-Repeat: c", "X-Repeat: "));

        Assert.Equal("a, b, c,", copy.Value("X-Repeat")!.TrimEnd());
    }

    [Fact]
    public async Task Copy_CookieOf16Kilobytes_IsKept()
    {
        var cookie = $"big={new string('c', 16 * 1024)}";

        var copy = await CopyAsync(RawRequest.Get("/x", $"Cookie: {cookie}"));

        Assert.Equal(cookie, copy.Value("Cookie"));
    }

    [Fact]
    public async Task Copy_NinetyFields_AreAllKept()
    {
        var fields = Enumerable.Range(0, 90).Select(i => $"X-Field-{i}: value {i}").ToArray();

        var copy = await CopyAsync(RawRequest.Get("/x", fields));

        Assert.All(fields, field => Assert.Equal(field.Split(": ")[1], copy.Value(field.Split(": ")[0])));
    }

    [Theory]
    [InlineData("Keep-Alive", "timeout=5")]
    [InlineData("Proxy-Connection", "keep-alive")]
    [InlineData("Proxy-Authenticate", "Basic")]
    [InlineData("Proxy-Authorization", "Basic c2VjcmV0")]
    [InlineData("TE", "trailers, deflate")]
    [InlineData("Trailer", "X-Sum")]
    [InlineData("Upgrade", "h2c")]
    [InlineData("HTTP2-Settings", "AAMAAABkAAQAAP__")]
    [InlineData("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("tracestate", "vendor=value")]
    public async Task Copy_FieldOfThisHopOrTrace_IsRemoved(string name, string value)
    {
        var copy = await CopyAsync(RawRequest.Get("/x", $"{name}: {value}", "X-Kept: 1"));

        Assert.False(copy.Has(name), copy.ToString());
        Assert.Equal("1", copy.Value("X-Kept"));
    }

    [Fact]
    public async Task Copy_FieldsNamedInConnection_AreRemoved()
    {
        var copy = await CopyAsync(
            RawRequest.Get("/x", "Connection: X-Hop, x-other-hop", "X-Hop: 1", "X-Other-Hop: 2", "X-Stays: 3")
        );

        Assert.False(copy.Has("X-Hop"));
        Assert.False(copy.Has("X-Other-Hop"));
        Assert.Equal("3", copy.Value("X-Stays"));
    }

    [Fact]
    public async Task Copy_ConnectionNamesFramingHostAndTag_KeepsThem()
    {
        var request = RawRequest.Build(
            "POST",
            "/x",
            ["Connection: Host, Content-Length, X-Shadow-Request, X-Hop", "X-Hop: 1"],
            [1, 2]
        );

        var copy = await CopyAsync(request);

        Assert.True(copy.Has("Host"));
        Assert.Equal("2", copy.Value("Content-Length"));
        Assert.Matches(Tag(), copy.Value("X-Shadow-Request"));
        Assert.False(copy.Has("X-Hop"));
    }

    [Theory]
    [InlineData("GET", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__")]
    [InlineData("DELETE", "Connection: upgrade", "Upgrade: h2c")]
    [InlineData("GET", "Connection: upgrade")]
    public async Task Copy_OfferOfHttp2_IsAnOrdinaryRequestWithoutTheOffer(string method, params string[] offer)
    {
        var copy = await CopyAsync(RawRequest.Build(method, "/x", [.. offer, "X-One: 1"], body: null));

        Assert.Equal(
            ["Host", "X-One", "X-Shadow-Request"],
            copy.Fields.Select(field => field.Key).Order(StringComparer.Ordinal)
        );
        Assert.Equal($"{method} /x HTTP/1.1", copy.StartLine);
    }

    [Fact]
    public async Task Copy_OfferOfHttp2WithABody_HasTheBody()
    {
        var copy = await CopyAsync(
            RawRequest.Build(
                "POST",
                "/x",
                ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AA"],
                [1, 2]
            )
        );

        Assert.Equal([1, 2], copy.Body);
    }

    [Fact]
    public async Task Copy_ConnectionClose_DoesNotCloseTheShadowsConnection()
    {
        var copy = await CopyAsync(RawRequest.Get("/x", "Connection: close"));

        Assert.False(copy.Has("Connection"), copy.ToString());
    }

    [Fact]
    public async Task Copy_ExpectContinue_IsRemoved()
    {
        var copy = await CopyAsync(RawRequest.Build("POST", "/x", ["Expect: 100-continue"], [1, 2, 3]));

        Assert.False(copy.Has("Expect"));
        Assert.Equal([1, 2, 3], copy.Body);
    }

    [Fact]
    public async Task Copy_Host_IsTheShadows()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } };
        await environment.StartAsync(Token);

        var copy = await CopyAsync(environment, shadow, RawRequest.Get("/x", "Host: other.example:81"));

        Assert.Equal($"127.0.0.1:{shadow.Port}", copy.Value("Host"));
    }

    [Fact]
    public async Task Copy_RemoveAndSetHeaders_ChangeTheCopyOnly()
    {
        string? seenByApp = null;
        var request = RawRequest.Get("/x", "Cookie: a=1", "Authorization: Bearer real", "X-Kept: 1");

        var copy = await CopyAsync(
            request,
            context =>
            {
                seenByApp = $"{context.Request.Headers.Cookie} {context.Request.Headers.Authorization}";
                return Task.CompletedTask;
            },
            ("Shadows:v2:RemoveHeaders:0", "cookie"),
            ("Shadows:v2:SetHeaders:Authorization", "Bearer shadow"),
            ("Shadows:v2:SetHeaders:X-New", "new")
        );

        Assert.False(copy.Has("Cookie"));
        Assert.Equal("Bearer shadow", copy.Value("Authorization"));
        Assert.Equal("new", copy.Value("X-New"));
        Assert.Equal("1", copy.Value("X-Kept"));
        Assert.Equal("a=1 Bearer real", seenByApp);
    }

    [Fact]
    public async Task Copy_AppChangesTheRequest_CopyIsWhatArrived()
    {
        var copy = await CopyAsync(
            RawRequest.Get("/original?x=1", "X-One: 1"),
            context =>
            {
                context.Request.Headers["X-One"] = "changed";
                context.Request.Headers["X-Two"] = "added";
                context.Request.Path = "/rewritten";
                context.Request.Method = "POST";
                return Task.CompletedTask;
            }
        );

        Assert.Equal("GET /original?x=1 HTTP/1.1", copy.StartLine);
        Assert.Equal("1", copy.Value("X-One"));
        Assert.False(copy.Has("X-Two"));
    }

    [Fact]
    public async Task Copy_AppSortsTheLinesOfAFieldInPlace_CopyIsWhatArrived()
    {
        var copy = await CopyAsync(
            RawRequest.Get("/", "X-Hop: b", "X-Hop: a", "X-Hop: c"),
            context =>
            {
                string?[] hops = context.Request.Headers["X-Hop"]!;
                Array.Sort(hops, StringComparer.Ordinal);
                hops[2] = "changed";
                return Task.CompletedTask;
            }
        );

        Assert.Equal("b, a, c", copy.Value("X-Hop"));
    }

    private static void AssertHolds(RawMessage copy, byte[] field) =>
        Assert.True(copy.Raw.AsSpan().IndexOf(field) >= 0, copy.ToString());

    [GeneratedRegex("^v2;id=\"[0-9a-f]{32}\"$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();
}
