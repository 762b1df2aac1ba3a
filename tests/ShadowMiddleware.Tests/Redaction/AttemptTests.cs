using System.IO.Compression;
using System.Text;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Redaction;

namespace ShadowMiddleware.Tests.Redaction;

/// <summary>
/// Attempts to get a value past redaction. Each is something that one reader or another understands, while a reader that is stricter, or laxer, overlooks it. What
/// becomes of one may change; that the value stays here may not.
/// </summary>
public class AttemptTests
{
    private const string Secret = "S3CRET";
    private const string Json = "application/json";
    private const string Form = "application/x-www-form-urlencoded";
    private const string Multipart = "multipart/form-data; boundary=b1";

    private static readonly string[] _pointers = ["/secret", "/key", "/kit", "/card/number", "/items/*/secret"];
    private static readonly string[] _names = ["secret", "key", "kit", "card[number]"];

    private enum Fate
    {
        Redacted,
        Refused,
    }

    /// <summary>Bodies of JSON, as text in UTF-8.</summary>
    public static TheoryData<string, bool> JsonBodies =>
        new()
        {
            // References of Json.NET and System.Text.Json.
            { """{"items":{"$values":[{"secret":"S3CRET"}]}}""", false },
            { """{"items":{"$id":"1","$values":[{"secret":"S3CRET"}]}}""", false },
            { """{"backup":{"$id":"9","number":"S3CRET"},"card":{"$ref":"9"}}""", false },
            { """{"card":{"$id":"9","number":"x"},"backup":{"$ref":"9"},"note":"S3CRET"}""", false },
            { """{"backup":{"\u0024id":"9","number":"S3CRET"},"card":{"x":1}}""", false },
            { """{"card":{"\u0024r\u0065f":"9"},"backup":{"number":"S3CRET"}}""", false },
            { """{"items":{"$\u0076alues":[{"secret":"S3CRET"}]}}""", false },
            { """{"x":[[{"y":{"$id":"9","number":"S3CRET"}}]],"card":1}""", false },
            { """[{"x":{"$values":["S3CRET"]}}]""", false },
            // Letters that fold to ASCII, written and escaped.
            { """{"ſecret":"S3CRET"}""", true },
            { """{"\u017fEcret":"S3CRET"}""", true },
            { """{"items":[{"ſeCret":"S3CRET"}]}""", true },
            { """{"Key":"S3CRET"}""", true },
            { """{"\u212Aey":"S3CRET"}""", true },
            { """{"kıt":"S3CRET"}""", true },
            { """{"KİT":"S3CRET"}""", true },
            { """{"ｓｅｃｒｅｔ":"S3CRET"}""", true },
            { """{"ⓢecret":"S3CRET"}""", true },
            { """{"\ud835\udc2cecret":"S3CRET"}""", true },
            { """{"CARD":{"nuⓂber":"S3CRET"}}""", true },
            // Characters that nobody sees, and that the invariant culture passes over.
            { """{"sec\u00adret":"S3CRET"}""", true },
            { """{"secret\u200b":"S3CRET"}""", true },
            { """{"\ufeffsecret":"S3CRET"}""", true },
            { """{"s\u0001ecret":"S3CRET"}""", true },
            { """{"secret\u034f":"S3CRET"}""", true },
            { """{"secret\u0000":"S3CRET"}""", false },
            { """{"secret\u0000x":"S3CRET"}""", false },
            // Names more than once, empty, or like indexes.
            { """{"secret":"x","secret":"S3CRET"}""", true },
            { """{"SECRET":"S3CRET","secret":"S3CRET","sEcret":{"a":"S3CRET"}}""", true },
            { """{"card":{"number":"x"},"card":{"number":"S3CRET"}}""", true },
            { """{"items":{"0":{"secret":"S3CRET"},"":{"secret":"S3CRET"},"*":{"secret":"S3CRET"}}}""", true },
            { """{"items":[[],null,{"secret":["S3CRET",{"secret":"S3CRET"}]}]}""", true },
            { """{"s\u0065cret":"S3CRET"}""", true },
            // Other dialects and more than one document.
            { """{"secret":"S3CRET",}""", false },
            { """{"secret":"S3CRET"/**/}""", false },
            { """{/*"*/"secret":"S3CRET"}""", false },
            { "{\"a\":1}\n{\"secret\":\"S3CRET\"}\n", false },
            { """{"a":1}{"secret":"S3CRET"}""", false },
            { "\u001e{\"secret\":\"S3CRET\"}\n", false },
            { """callback({"secret":"S3CRET"})""", false },
            { """{secret:"S3CRET"}""", false },
            { """{'secret':'S3CRET'}""", false },
            { """{"secret":'S3CRET'}""", false },
            { """{"secret"="S3CRET"}""", false },
            { """{"\x73ecret":"S3CRET"}""", false },
            { """{"secret":"S3CRET","a":NaN}""", false },
            { """{"a":"\ud800","\ud800secret":"S3CRET"}""", false },
            { "{\"a\":\"\t\",\"secret\":\"S3CRET\"}", false },
            { "\ufeff{\"secret\":\"S3CRET\"}", true },
            { "\ufeff\ufeff{\"secret\":\"S3CRET\"}", false },
        };

    /// <summary>Bodies of other types, encodings and bytes; each with its type, and whether it is redacted.</summary>
    public static TheoryData<string, string, byte[], bool> OtherBodies
    {
        get
        {
            const string Body = """{"secret":"S3CRET"}""";
            var utf8 = Encoding.UTF8.GetBytes(Body);
            return new()
            {
                { "UTF-16", $"{Json}; charset=utf-16", Encoding.Unicode.GetBytes(Body), false },
                { "UTF-16 that is not called so", Json, Encoding.Unicode.GetBytes(Body), false },
                { "UTF-16 with a mark", Json, [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Body)], false },
                { "UTF-16, big end first", Json, Encoding.BigEndianUnicode.GetBytes(Body), false },
                { "UTF-32", Json, Encoding.UTF32.GetBytes(Body), false },
                { "UTF-7", $"{Json}; charset=utf-7", "{\"+AHM-ecret\":\"S3CRET\"}"u8.ToArray(), false },
                { "two charsets", $"{Json}; charset=utf-8; charset=utf-7", utf8, false },
                { "a charset in a comment", $"{Json}; x=\"; charset=utf-7\"", utf8, false },
                { "two types", $"{Json}, text/plain", utf8, true },
                { "no type", "", utf8, true },
                { "the type of a picture", "image/png", utf8, true },
                { "a form by its type", Form, utf8, true },
                { "gzip that is not called so", Json, Gzip(utf8), false },
                { "an overlong s", Json, [.. "{\""u8, 0xC1, 0xB3, .. "ecret\":\"S3CRET\"}"u8], false },
                { "an overlong quote", Json, [.. "{\"a\":\""u8, 0xC0, 0xA2, .. ",\"secret\":\"S3CRET\"}"u8], false },
                { "surrogates in UTF-8", Json, [.. "{\"secret\":\"S3CRET"u8, 0xED, 0xA0, 0x80, .. "\"}"u8], false },
                { "half a character at the end", Json, [.. utf8, 0xC3], false },
                { "65 levels", Json, Deep(65), false },
                { "60 levels above", Json, Deep(60), false },
                { "a name of many hidden marks", Json, Named("secret", '\u00AD', 1_000), true },
                { "a name of many more", Json, Named("secret", '\u00AD', 10_000), false },
                { "a name of many accents", Json, Named("secret", '\u034F', 1_000), true },
                { "CBOR", "application/cbor", [0xA1, 0x66, .. "secret"u8, 0x66, .. "S3CRET"u8], false },
                { "XML", "application/xml", "<secret>S3CRET</secret>"u8.ToArray(), false },
                { "YAML", "application/yaml", "secret: S3CRET"u8.ToArray(), false },
                { "a part in a part", Multipart, Parts(("a", "\r\nContent-Type: multipart/mixed", Secret)), false },
                { "a part that is JSON", Multipart, Parts(("a", "\r\nContent-Type: text/json", Body)), false },
                { "a part in other letters", Multipart, Parts(("SECRET", "", Secret)), true },
                { "a part that folds", Multipart, Parts(("ſecret", "", Secret)), true },
                { "a part with hidden marks", Multipart, Parts(("sec\u200Dret", "", Secret)), true },
                { "a part with brackets", Multipart, Parts(("card[number][]", "", Secret)), true },
                {
                    "a part in base64",
                    Multipart,
                    Parts(("secret", "\r\nContent-Transfer-Encoding: base64", Secret)),
                    true
                },
                { "a part twice", Multipart, Parts(("secret", "", "x"), ("secret", "", Secret)), true },
                { "two names", Multipart, Parts(("a\"; name=\"secret", "", Secret)), false },
                { "a folded line", Multipart, Parts(("a\";\r\n name=\"secret", "", Secret)), false },
                { "a text in front", Multipart, [.. "x\r\n"u8, .. Parts(("secret", "", Secret))], false },
                { "a text behind", Multipart, [.. Parts(("a", "", "x")), .. "\r\nS3CRET"u8], false },
                { "bare line feeds", Multipart, Lines(Parts(("secret", "", Secret))), false },
                {
                    "a boundary that begins another",
                    "multipart/form-data; boundary=b",
                    Parts(("secret", "", Secret)),
                    false
                },
                { "two boundaries", $"{Multipart}; boundary=b2", Parts(("secret", "", Secret)), false },
                { "mixed parts", "multipart/mixed; boundary=b1", Parts(("secret", "", Secret)), false },
            };
        }
    }

    [Theory]
    [MemberData(nameof(JsonBodies))]
    public void Json_GivesNoValueAway(string body, bool isRedacted)
    {
        foreach (var type in new[] { Json, "text/plain", null })
        {
            AssertIsKept(Redacted.Body(body, type, json: _pointers), isRedacted ? Fate.Redacted : Fate.Refused);
        }
    }

    [Theory]
    [MemberData(nameof(OtherBodies))]
    public void Body_GivesNoValueAway(string attempt, string contentType, byte[] body, bool isRedacted)
    {
        Assert.NotEmpty(attempt);
        AssertIsKept(
            Redacted.Body(body, contentType, form: _names, json: _pointers),
            isRedacted ? Fate.Redacted : Fate.Refused
        );
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("identity, br")]
    [InlineData("br,identity")]
    [InlineData("x-unknown")]
    [InlineData("identity;q=1")]
    public void EncodedBody_GivesNoValueAway(string encoding) =>
        AssertIsKept(
            Redacted.Body("""{"secret":"S3CRET"}""", Json, json: _pointers, contentEncoding: encoding),
            Fate.Refused
        );

    /// <summary>The same for a form and a query, which have one syntax.</summary>
    [Theory]
    [InlineData("%73ecret=S3CRET", true)]
    [InlineData("s%65cret=S3CRET", true)]
    [InlineData("SECRET=x&Secret=S3CRET", true)]
    [InlineData("a=1;secret=S3CRET", true)]
    [InlineData("a=1;b=2&c;secret=S3CRET", true)]
    [InlineData("secret=a=S3CRET", true)]
    [InlineData("secret=%53%33CRET", true)]
    [InlineData("secret[]=S3CRET", true)]
    [InlineData("secret[0]=S3CRET", true)]
    [InlineData("secret[x][]=S3CRET", true)]
    [InlineData("card%5Bnumber%5d=S3CRET", true)]
    [InlineData("card.number=S3CRET", true)]
    [InlineData("card[][number]=S3CRET", true)]
    [InlineData("%C5%BFecret=S3CRET", true)]
    [InlineData("%E2%84%AAey=S3CRET", true)]
    [InlineData("k%C4%B1t=S3CRET", true)]
    [InlineData("card[%EF%BD%8Eumber]=S3CRET", true)]
    [InlineData("sec%C2%ADret=S3CRET", true)]
    [InlineData("sec%E2%80%8Bret[]=S3CRET", true)]
    [InlineData("secret%7F=S3CRET", true)]
    [InlineData("secret%00=S3CRET", false)]
    [InlineData("secret%00x=S3CRET", false)]
    [InlineData("%u0073ecret=S3CRET", false)]
    [InlineData("%C1%B3ecret=S3CRET", false)]
    [InlineData("%ED%A0%80secret=S3CRET", false)]
    [InlineData("secret%=S3CRET", false)]
    [InlineData("secret%2=S3CRET", false)]
    public void Pairs_GiveNoValueAway(string pairs, bool isRedacted)
    {
        var fate = isRedacted ? Fate.Redacted : Fate.Refused;

        AssertIsKept(Redacted.Body(pairs, Form, form: _names), fate);
        AssertIsKept(RedactQuery(pairs), fate);
    }

    [Fact]
    public void PairWithALongName_GivesNoValueAway()
    {
        foreach (var hidden in new[] { "%C2%AD", "%E2%80%8B", "%CD%8F" })
        {
            var name = "sec" + string.Concat(Enumerable.Repeat(hidden, 500)) + "ret";

            AssertIsKept(Redacted.Body($"{name}={Secret}", Form, form: _names), Fate.Redacted);
            AssertIsKept(RedactQuery($"{name}[]={Secret}"), Fate.Redacted);
        }
    }

    private static string? RedactQuery(string query)
    {
        try
        {
            return QueryRedactor.Redact($"/x?{query}", new RedactedNames(_names));
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static void AssertIsKept(string? redacted, Fate fate)
    {
        Assert.DoesNotContain(Secret, redacted ?? "", StringComparison.Ordinal);
        Assert.Equal(fate, redacted is null ? Fate.Refused : Fate.Redacted);
    }

    private static byte[] Gzip(byte[] body)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.NoCompression))
        {
            gzip.Write(body);
        }

        return compressed.ToArray();
    }

    private static byte[] Deep(int arrays) =>
        Encoding.UTF8.GetBytes(
            $$"""{"a":{{new string('[', arrays)}}{"$id":"1"}{{new string(']', arrays)}},"secret":"{{Secret}}"}"""
        );

    private static byte[] Named(string name, char hidden, int count) =>
        Encoding.UTF8.GetBytes($$"""{"{{name[..3]}}{{new string(hidden, count)}}{{name[3..]}}":"{{Secret}}"}""");

    private static byte[] Parts(params (string Name, string More, string Value)[] parts) =>
        Encoding.UTF8.GetBytes(
            string.Concat(
                parts.Select(part =>
                    $"--b1\r\nContent-Disposition: form-data; name=\"{part.Name}\"{part.More}\r\n\r\n{part.Value}\r\n"
                )
            ) + "--b1--\r\n"
        );

    private static byte[] Lines(byte[] body) => [.. body.Where(value => value != '\r')];
}
