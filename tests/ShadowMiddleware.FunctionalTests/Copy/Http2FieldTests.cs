using System.Text;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Copy;

/// <summary>What clients can write over HTTP/2, where there is no request line and no line ends, read from the wire of an HTTP/1.1 shadow.</summary>
public sealed class Http2FieldTests : Http2CopyTest
{
    [Fact]
    public async Task Copy_PlainRequest_HasNoPseudoHeadersAndAddsTheTagAndNothingElse()
    {
        var copy = await CopyAsync([.. Get("/x"), ("accept", "*/*"), ("x-one", "1")]);

        Assert.Equal("GET /x HTTP/1.1", copy.StartLine);
        Assert.Equal(
            ["Accept", "Host", "X-Shadow-Request", "x-one"],
            copy.Fields.Select(field => field.Key).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/a%2Fb/%252F/%41")]
    [InlineData("/a/../b/./c")]
    [InlineData("//host/x")]
    [InlineData("/@host")]
    [InlineData("/\\host")]
    [InlineData("/?")]
    [InlineData("/x??a=1&a=2&&=&b")]
    [InlineData("/x?q=%zz&r=100%")]
    [InlineData("/<script>?{\"a\":[1]}|^`")]
    [InlineData("/a#b?c#d")]
    [InlineData("/http://elsewhere/x")]
    public async Task Copy_AnyTarget_IsByteForByte(string target) =>
        Assert.Equal($"GET {target} HTTP/1.1", (await CopyAsync([.. Get(target)])).StartLine);

    [Fact]
    public async Task Copy_TargetOf8000Bytes_IsByteForByte()
    {
        var target = $"/long/%2F{new string('a', 4000)}?q={new string('b', 3985)}";

        Assert.Equal($"GET {target} HTTP/1.1", (await CopyAsync([.. Get(target)])).StartLine);
    }

    // What ends a target on a request line, or would start a line of its own. A server that lets it in gets a copy that is dropped.
    [Theory]
    [InlineData("/x?a b")]
    [InlineData("/x?a HTTP/1.1\r\nX-Injected: 1\r\n\r\n")]
    [InlineData("/x?a\nb")]
    [InlineData("/x?a\rb")]
    [InlineData("/x?a\tb")]
    [InlineData("/x?a\0b")]
    [InlineData("/x?a\u007fb")]
    [InlineData("/x?\u00c3\u00a9")]
    [InlineData("/x?\u00e9")]
    [InlineData("/a b")]
    [InlineData("/\u00c3\u00a9")]
    [InlineData("/a\r\nX-Injected: 1")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("http://elsewhere.example/x")]
    [InlineData("*")]
    public async Task Copy_TargetThatARequestLineCannotHold_IsNeverSent(string target)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        await ExchangeAsync(environment, [.. Get(target)]);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Contains(
            LedgerAssert.Describe(ledger),
            (string[])[NothingSeen, "seen 1, dropped.transform_failed 1", "seen 1, skipped.target 1"]
        );
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Copy_OptionsAsterisk_IsSkippedAsTarget()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        Assert.Equal(200, await ExchangeAsync(environment, [.. Request("OPTIONS", "*")]));

        await environment.WaitUntilLedgerIsAsync("seen 1, skipped.target 1", Token);
    }

    [Theory]
    [InlineData("elsewhere.example:99", null)]
    [InlineData("elsewhere.example", "elsewhere.example")]
    [InlineData("one.example", "two.example")]
    [InlineData(null, "only.example")]
    [InlineData("user@elsewhere.example", null)]
    [InlineData("elsewhere.example/x", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public async Task Copy_AnyAuthority_GoesToTheAddressOfTheShadow(string? authority, string? host)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);
        (string, string)[] fields =
        [
            (":method", "GET"),
            (":scheme", "http"),
            (":path", "/x"),
            .. authority is null ? [] : new[] { (":authority", authority) },
            .. host is null ? [] : new[] { ("host", host) },
        ];

        var status = await ExchangeAsync(environment, fields);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        if (status != 200)
        {
            Assert.Equal(NothingSeen, LedgerAssert.Describe(ledger));
            return;
        }

        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(ledger));
        var copy = await shadow.NextAsync(Token);
        Assert.Equal("GET /x HTTP/1.1", copy.StartLine);
        Assert.Equal($"127.0.0.1:{shadow.Port}", copy.Value("Host"));
    }

    [Theory]
    [InlineData("x-empty", "")]
    [InlineData("x-inner", "a  b\tc")]
    [InlineData("x-quotes", "\"a, b\";c='d'")]
    [InlineData("x!#$%&'*+-.^_`|~", "odd name")]
    [InlineData("user-agent", "(((not/a product,, of; any=kind")]
    [InlineData("authorization", "Bearer a.b.c==")]
    [InlineData("referer", "not a uri at all")]
    [InlineData("range", "bytes=oops")]
    [InlineData("content-type", "garbage;;; charset")]
    [InlineData("content-language", "en")]
    [InlineData("priority", "u=1, i")]
    [InlineData("baggage", "user=1,tenant=a%20b;p")]
    public async Task Copy_Field_IsKeptAsItIs(string name, string value)
    {
        var copy = await CopyAsync([.. Request("POST", "/x"), (name, value)], [1, 2]);

        Assert.Equal(value, copy.Value(name));
        Assert.Equal([1, 2], copy.Body);
    }

    [Fact]
    public async Task Copy_Utf8Field_HasTheBytesThatArrived()
    {
        var copy = await CopyAsync([.. Get("/x"), ("x-utf8", RawHttp2Connection.Utf8("żółć 漢字 🚀"))]);

        Assert.Equal("żółć 漢字 🚀", copy.Value("x-utf8"));
    }

    [Fact]
    public async Task Copy_FieldThatTheServerReadsAsLatin1_HasTheBytesThatArrived()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            kestrel => kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1
        );

        var copy = await CopyAsync(environment, shadow, [.. Get("/x"), ("x-latin", "caf\u00e9 \u00ff!")], body: null);

        Assert.True(
            copy.Raw.AsSpan().IndexOf(Encoding.Latin1.GetBytes("x-latin: caf\u00e9 \u00ff!\r\n")) >= 0,
            copy.ToString()
        );
    }

    // Blanks around a value are no part of it (RFC 9110 section 5.5).
    [Theory]
    [InlineData("  a b\t", "a b")]
    [InlineData("\t", "")]
    public async Task Copy_BlanksAroundAValue_ChangeNothingOfIt(string value, string expected)
    {
        var copy = await CopyAsync([.. Get("/x"), ("x-blanks", value)]);

        Assert.Equal(expected, copy.Value("x-blanks"));
    }

    [Theory]
    [InlineData("a\r\nx-injected: 1")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    public async Task Copy_ValueThatWouldBreakOut_IsNeverSent(string value)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        await ExchangeAsync(environment, [.. Get("/x"), ("x-bad", value)]);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Contains(LedgerAssert.Describe(ledger), (string[])[NothingSeen, "seen 1, dropped.transform_failed 1"]);
        Assert.Equal(0, shadow.Connections);
    }

    [Theory]
    [InlineData("x y")]
    [InlineData("x:y")]
    [InlineData("x\r\ny")]
    [InlineData("x\u00e9")]
    [InlineData("(x)")]
    [InlineData("")]
    [InlineData(":made-up")]
    public async Task Copy_NameThatIsNoToken_IsNeverSent(string name)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        await ExchangeAsync(environment, [.. Get("/x"), (name, "1")]);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Contains(LedgerAssert.Describe(ledger), (string[])[NothingSeen, "seen 1, dropped.transform_failed 1"]);
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Copy_CookieInCrumbs_IsOneField()
    {
        var copy = await CopyAsync([
            .. Get("/x"),
            ("cookie", "a=1"),
            ("x-one", "1"),
            ("cookie", "b=\"2\""),
            ("cookie", "c=3; d"),
        ]);

        Assert.Single(copy.Fields, field => field.Key == "Cookie");
        Assert.Equal("a=1; b=\"2\"; c=3; d", copy.Value("Cookie"));
    }

    [Fact]
    public async Task Copy_RepeatedField_IsEqualAfterCombination()
    {
        var copy = await CopyAsync([.. Get("/x"), ("x-a", "1, 2"), ("x-b", "-"), ("x-a", ""), ("x-a", "3")]);

        Assert.Equal("1, 2, , 3", copy.Value("x-a"));
    }

    [Fact]
    public async Task Copy_CookieThatFillsSeveralFrames_IsKept()
    {
        var cookie = $"big={new string('c', 24 * 1024)}";

        var copy = await CopyAsync([.. Get("/x"), ("cookie", cookie)]);

        Assert.Equal(cookie, copy.Value("Cookie"));
    }

    // A client may break RFC 9113 section 8.2.2. What the server lets in stays behind all the same.
    [Theory]
    [InlineData("connection", "x-one")]
    [InlineData("keep-alive", "timeout=5")]
    [InlineData("proxy-connection", "keep-alive")]
    [InlineData("proxy-authorization", "Basic c2VjcmV0")]
    [InlineData("te", "trailers")]
    [InlineData("te", "gzip")]
    [InlineData("trailer", "x-sum")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("upgrade", "h2c")]
    [InlineData("http2-settings", "AAMAAABk")]
    [InlineData("expect", "100-continue")]
    [InlineData("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("tracestate", "vendor=value")]
    public async Task Copy_FieldOfThisHopOrTrace_IsRemovedOrTheRequestIsRefused(string name, string value)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        var status = await ExchangeAsync(environment, [.. Get("/x"), (name, value), ("x-kept", "1")]);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        if (status != 200)
        {
            Assert.Equal(NothingSeen, LedgerAssert.Describe(ledger));
            return;
        }

        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(ledger));
        var copy = await shadow.NextAsync(Token);
        Assert.False(copy.Has(name), copy.ToString());
        Assert.Equal("1", copy.Value("x-kept"));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("QUERY")]
    [InlineData("PROPFIND")]
    [InlineData("x-y!#$%&'*+.^_`|~1")]
    public async Task Copy_AnyMethod_InventsNoFramingAndCarriesABody(string method)
    {
        var without = await CopyAsync([.. Request(method, "/x")]);
        var with = await CopyAsync([.. Request(method, "/x"), ("content-length", "3")], "abc"u8.ToArray());
        var withoutLength = await CopyAsync([.. Request(method, "/x")], "abcd"u8.ToArray());

        Assert.Equal($"{method} /x HTTP/1.1", without.StartLine);
        Assert.Contains(
            without.Value("Content-Length"),
            method is "GET" or "HEAD" or "OPTIONS" ? [null] : new[] { null, "0" }
        );
        foreach (var (copy, body) in (ValueTuple<RawMessage, string>[])[(with, "abc"), (withoutLength, "abcd")])
        {
            Assert.Equal($"{method} /x HTTP/1.1", copy.StartLine);
            Assert.Equal($"{body.Length}", copy.Value("Content-Length"));
            Assert.False(copy.Has("Transfer-Encoding"));
            Assert.Equal(body, copy.BodyText);
        }
    }
}
