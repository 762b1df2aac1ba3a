using System.Text;

namespace ShadowMiddleware.Tests.Redaction;

/// <summary>A corpus of awkward JSON.</summary>
public class JsonRedactorTests
{
    private const string Json = "application/json";

    [Theory]
    [InlineData("/card", """{"card":"4111"}""", """{"card":"redacted"}""")]
    [InlineData("/card", """{"CARD":"4111","Card":1}""", """{"CARD":"redacted","Card":null}""")]
    [InlineData("/CARD", """{"card":"4111"}""", """{"card":"redacted"}""")]
    [InlineData("/card", """{"c\u0061rd":"4111"}""", """{"c\u0061rd":"redacted"}""")]
    [InlineData("/card", """{"\u0043\u0041\u0052\u0044":"4111"}""", """{"\u0043\u0041\u0052\u0044":"redacted"}""")]
    [InlineData(
        "/card",
        """{"card":"1","card":"2","x":{"card":"3"}}""",
        """{"card":"redacted","card":"redacted","x":{"card":"3"}}"""
    )]
    [InlineData("/card", """ { "card" : [ 1 , { "a" : "}" } ] , "b" : 1 } """, """ { "card" : null , "b" : 1 } """)]
    [InlineData("/card", """{"card":{"card":{"card":1}}}""", """{"card":null}""")]
    [InlineData("/card", """{"card":""}""", """{"card":"redacted"}""")]
    [InlineData("/card", """{"card":null}""", """{"card":null}""")]
    [InlineData("/card", """{"card":true,"Card":false}""", """{"card":null,"Card":null}""")]
    [InlineData("/card", """{"card":-0.0e-400,"x":1e999}""", """{"card":null,"x":1e999}""")]
    [InlineData(
        "/card",
        """{"card":123456789012345678901234567890123456789012345678901234567890}""",
        """{"card":null}"""
    )]
    [InlineData("/card", """{"card":"a\"b\\","x":"\\"}""", """{"card":"redacted","x":"\\"}""")]
    [InlineData("/card", """{"cards":1,"car":2,"card ":3,"":4}""", """{"cards":1,"car":2,"card ":3,"":4}""")]
    [InlineData("/card", """[{"card":1}]""", """[{"card":1}]""")]
    [InlineData("/card", "1", "1")]
    [InlineData("/card", "{}", "{}")]
    [InlineData(
        "/card/number",
        """{"card":{"Number":"4111","x":1},"number":1}""",
        """{"card":{"Number":"redacted","x":1},"number":1}"""
    )]
    [InlineData(
        "/card/number",
        """{"card":{"x":1},"card":{"number":1}}""",
        """{"card":{"x":1},"card":{"number":null}}"""
    )]
    [InlineData("/card/number", """{"card":"number","card":["number"]}""", """{"card":"number","card":["number"]}""")]
    [InlineData(
        "/items/*/secret",
        """{"items":[{"secret":"a"},{"SECRET":1},[{"secret":2}]]}""",
        """{"items":[{"secret":"redacted"},{"SECRET":null},[{"secret":2}]]}"""
    )]
    [InlineData(
        "/items/*/secret",
        """{"items":{"a":{"secret":"a"},"b":1}}""",
        """{"items":{"a":{"secret":"redacted"},"b":1}}"""
    )]
    [InlineData("/items/1", """{"items":["a","b","c"]}""", """{"items":["a","redacted","c"]}""")]
    [InlineData("/items/1", """{"items":{"1":"b","01":"c"}}""", """{"items":{"1":"redacted","01":"c"}}""")]
    [InlineData(
        "/items/01",
        """{"items":["a","b"],"Items":{"01":"c","1":"d"}}""",
        """{"items":["a","b"],"Items":{"01":"redacted","1":"d"}}"""
    )]
    [InlineData(
        "/items/-",
        """{"items":["a","b"],"items":{"-":"c"}}""",
        """{"items":["a","b"],"items":{"-":"redacted"}}"""
    )]
    [InlineData("/items/99999999999999999999", """{"items":["a"]}""", """{"items":["a"]}""")]
    [InlineData("/*", """[1,"a",[2],{"b":3},null]""", """[null,"redacted",null,null,null]""")]
    [InlineData("/*", """{"*":1,"a":"b"}""", """{"*":null,"a":"redacted"}""")]
    [InlineData("/*/*", """[[1,2],3,{"a":"b"}]""", """[[null,null],3,{"a":"redacted"}]""")]
    [InlineData("/0/0", """[["a","b"],["c"]]""", """[["redacted","b"],["c"]]""")]
    [InlineData("", """{"a":1}""", "null")]
    [InlineData("", """ "a" """, """ "redacted" """)]
    [InlineData("/", """{"":"a","b":"c"}""", """{"":"redacted","b":"c"}""")]
    [InlineData("/a~1b", """{"a/b":1,"a~1b":2}""", """{"a/b":null,"a~1b":2}""")]
    [InlineData("/a~0b", """{"a~b":1}""", """{"a~b":null}""")]
    [InlineData("/a~01b", """{"a~1b":1,"a/b":2}""", """{"a~1b":null,"a/b":2}""")]
    public void Body_ThatIsJson_HasTheValuesRedacted(string asked, string body, string expected) =>
        Assert.Equal(expected, Redacted.Body(body, Json, json: [asked]));

    [Fact]
    public void Names_OutsideOfAscii_AreMatchedWithoutCaseAndDecoded()
    {
        foreach (var name in new[] { "stra\u00dfe", "STRA\u00dfE", "\u00e9\u00c9", "\U00010428x", "\u0416" })
        {
            var escaped = string.Concat(name.Select(unit => $"\\u{(int)unit:X4}"));
            string[] pointers = [$"/{name.ToUpperInvariant()}"];

            Assert.EndsWith(
                ":\"redacted\"}",
                Redacted.Body("{\"" + name + "\":\"4111\"}", Json, json: pointers),
                StringComparison.Ordinal
            );
            Assert.Equal(
                "{\"" + escaped + "\":\"redacted\"}",
                Redacted.Body("{\"" + escaped + "\":\"4111\"}", Json, json: pointers)
            );
        }
    }

    [Fact]
    public void Pointers_ThatOverlap_RedactOnce() =>
        Assert.Equal(
            """{"card":null,"items":[{"a":null,"b":"redacted"}],"x":"redacted"}""",
            Redacted.Body(
                """{"card":{"number":1},"items":[{"a":1,"b":"2"}],"x":"y"}""",
                Json,
                json: ["/card/number", "/card", "/card/*", "/CARD", "/items/*/a", "/items/0/b", "/x", "/x/y"]
            )
        );

    [Fact]
    public void Body_WithAByteOrderMark_KeepsIt()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. """{"card":"4111"}"""u8];

        Assert.Equal("\u00ef\u00bb\u00bf{\"card\":\"redacted\"}", Redacted.Body(body, Json, json: ["/card"]));
    }

    [Fact]
    public void Name_LongerThanAnyBlock_IsMatched()
    {
        var name = new string('n', 20_000);
        var escaped = string.Concat(Enumerable.Repeat("\\u006E", name.Length));

        Assert.Equal(
            "{\"" + escaped + "\":\"redacted\",\"" + name + "n\":1}",
            Redacted.Body("{\"" + escaped + "\":\"a\",\"" + name + "n\":1}", Json, json: [$"/{name}"])
        );
    }

    [Fact]
    public void Name_LongerThanAllThatAreAskedFor_IsOneOfAnyAndNoOther()
    {
        var name = new string('n', 100);

        Assert.Equal(
            $$"""{"a":null,"{{name}}":"redacted"}""",
            Redacted.Body($$"""{"a":1,"{{name}}":"b"}""", Json, json: ["/*"])
        );
        Assert.Equal($$"""{"":null,"{{name}}":"b"}""", Redacted.Body($$"""{"":1,"{{name}}":"b"}""", Json, json: ["/"]));
    }

    [Fact]
    public void Body_WithALongValueAndManyMatches_IsRedacted()
    {
        var value = new string('9', 30_000);
        var body = "[" + string.Join(',', Enumerable.Repeat($"{{\"a\":{value},\"b\":\"{value}\"}}", 20)) + "]";
        var expected = "[" + string.Join(',', Enumerable.Repeat($"{{\"a\":null,\"b\":\"{value}\"}}", 20)) + "]";

        Assert.Equal(expected, Redacted.Body(body, Json, json: ["/*/a"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("""{"card":"4111",}""")]
    [InlineData("""{"card":"4111"} x""")]
    [InlineData("""{"card":"4111"}{"card":"4111"}""")]
    [InlineData("{\"card\":\"4111\"}\n{\"card\":\"4111\"}\n")]
    [InlineData("""{"card":"4111" /* x */}""")]
    [InlineData("// x\n{\"card\":\"4111\"}")]
    [InlineData("""{card:"4111"}""")]
    [InlineData("""{'card':'4111'}""")]
    [InlineData("""{"card":NaN}""")]
    [InlineData("""{"card":+1}""")]
    [InlineData("""{"card":01}""")]
    [InlineData("""{"card":0x1}""")]
    [InlineData("""{"card":.5}""")]
    [InlineData("""{"card":"4111""")]
    [InlineData("""{"card":"\x41"}""")]
    [InlineData("""{"card":"\u00"}""")]
    [InlineData("{\"card\":\"4\n111\"}")]
    [InlineData("{\"card\":\"4\u0000111\"}")]
    [InlineData("\u001e{\"card\":\"4111\"}\n")]
    [InlineData(")]}',\n{\"card\":\"4111\"}")]
    [InlineData("""["card":"4111"]""")]
    [InlineData("""{"card"}""")]
    [InlineData("True")]
    [InlineData("""{"\ud800":"4111"}""")]
    [InlineData("""{"\udc00c":"4111"}""")]
    [InlineData("""{"a":{"card":"\ud800","\ud800":1}}""", "/a/card")]
    public void Body_ThatIsNotJson_IsRefused(string body, string asked = "/card/long-enough")
    {
        Assert.Null(Redacted.Body(body, Json, json: [asked]));
        Assert.Null(Redacted.Body(body, contentType: null, json: [asked]));
        Assert.Null(Redacted.Body(body, "text/plain", json: [asked]));
    }

    [Fact]
    public void Value_WithHalfOfASurrogatePair_IsAValueAsAnyOther() =>
        Assert.Equal(
            """{"card":"redacted","x":"\udc00"}""",
            Redacted.Body("""{"card":"\ud800","x":"\udc00"}""", Json, json: ["/card"])
        );

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Body_DeeperThanTheReaderGoes_IsRefused(int arrays, bool isRead)
    {
        var body = new string('[', arrays) + """{"card":"4111"}""" + new string(']', arrays);
        var asked = string.Concat(Enumerable.Repeat("/0", arrays)) + "/card";

        var redacted = Redacted.Body(body, Json, json: [asked]);

        Assert.Equal(isRead ? body.Replace("4111", "redacted", StringComparison.Ordinal) : null, redacted);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    [InlineData("iso-8859-1")]
    public void Body_InAnotherEncoding_IsRefused(string encoding)
    {
        var body = Encoding
            .GetEncoding(encoding)
            .GetBytes("""{"card":"4\u00e9111","n\u00e9":"1"}""".Replace("\\u00e9", "\u00e9", StringComparison.Ordinal));

        Assert.Null(Redacted.Body(body, Json, json: ["/card"]));
        Assert.Null(Redacted.Body([.. Encoding.GetEncoding(encoding).GetPreamble(), .. body], Json, json: ["/card"]));
        Assert.Null(Redacted.Body(body, $"application/json; charset={encoding}", json: ["/card"]));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC1, 0xA3 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public void Body_ThatIsNotUtf8_IsRefused(byte[] bytes)
    {
        byte[] inName = [.. "{\"c"u8, .. bytes, .. "\":1}"u8];
        byte[] inValue = [.. "{\"x\":{\"y\":\""u8, .. bytes, .. "\"},\"card\":1}"u8];

        Assert.Null(Redacted.Body(inName, Json, json: ["/card"]));
        Assert.Null(Redacted.Body(inValue, Json, json: ["/card"]));
    }
}
