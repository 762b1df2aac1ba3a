using System.IO.Compression;
using System.Text;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Redaction;

namespace ShadowMiddleware.Tests.Redaction;

public class BodyRedactorTests
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Order = """{"card":"4111"}""";
    private const string Redacted1 = """{"card":"redacted"}""";

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    [InlineData("application/vnd.api+json; charset=utf8")]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [InlineData("application/grpc")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("not a type")]
    [InlineData("application/json, text/html")]
    [InlineData(Form)]
    [InlineData("")]
    [InlineData(null)]
    public void Json_WhateverItIsCalled_IsRedacted(string? contentType)
    {
        Assert.Equal(Redacted1, Redacted.Body(Order, contentType, json: ["/card"]));
        Assert.Equal(Redacted1, Redacted.Body(Order, contentType, form: ["password"], json: ["/card"]));
        Assert.Equal(Order, Redacted.Body(Order, contentType, form: ["card"]));
    }

    [Theory]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=shift_jis")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/json; charset=utf-8; charset=utf-7")]
    [InlineData("application/json; charset=utf-7; charset=utf-8")]
    [InlineData("application/json; charset*=utf-8")]
    [InlineData("application/json; charset")]
    [InlineData("application/json; charset=\"utf-8")]
    [InlineData("application/json; charset*=utf-8''utf-7")]
    [InlineData("application/json; x=\";charset=utf-7\"; charset=utf-8;;=")]
    [InlineData("charset=utf-8")]
    public void Json_ThatMayBeReadInAnotherEncoding_IsRefused(string contentType) =>
        Assert.Null(Redacted.Body(Order, contentType, json: ["/card"]));

    [Theory]
    [InlineData(Form)]
    [InlineData("application/X-WWW-FORM-URLENCODED; x")]
    [InlineData($"application/json, {Form}")]
    public void Json_ThatIsCalledAFormAndIsOneWithTheField_IsRefused(string contentType)
    {
        const string Body = """{"card":"1","note":"&password=secret&x="}""";

        Assert.Null(Redacted.Body(Body, contentType, form: ["password"], json: ["/card"]));
        Assert.Null(Redacted.Body(Body, contentType, form: ["password"]));
        Assert.NotNull(Redacted.Body(Body, contentType, form: ["other"], json: ["/card"]));
        Assert.NotNull(Redacted.Body(Body, contentType, json: ["/card"]));
        Assert.NotNull(Redacted.Body(Body, "application/json", form: ["password"], json: ["/card"]));
    }

    [Fact]
    public void Body_ThatIsCompressed_IsRefusedWhateverItIsCalled()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Order));
        }

        foreach (var contentType in new[] { "application/json", Form, "multipart/form-data; boundary=x", null })
        {
            Assert.Null(Redacted.Body(compressed.ToArray(), contentType, form: ["card"], json: ["/card"]));
        }
    }

    [Fact]
    public void GrpcMessage_IsRefused() =>
        Assert.Null(Redacted.Body([0, 0, 0, 0, 2, 8, 1], "application/grpc", json: ["/card"]));

    [Theory]
    [InlineData("<card>4111</card>", "application/xml")]
    [InlineData("card: 4111", "application/yaml")]
    [InlineData("card=4111", "text/plain")]
    [InlineData("""{"card":"4111",}""", Form)]
    [InlineData("""{"card":"4111",}""", "application/json")]
    public void Body_OfAnotherKind_IsRefused(string body, string contentType)
    {
        Assert.Null(Redacted.Body(body, contentType, json: ["/card"]));
        Assert.Null(Redacted.Body(body, contentType, form: ["card"]));
    }

    /// <summary>Bodies of 1 MB, by type, beginning, what is repeated, and end.</summary>
    public static TheoryData<string, string, string, string> LargeBodies =>
        new()
        {
            { "application/json", "[", """{"card":"4111","x":[1,{"y":null}]},""", "1]" },
            { "application/json", """{"x":[""", "1,", "1]}" },
            { "application/json", """{"card":[""", "1,", "1]}" },
            { Form, "", "card=4111&x=1&", "y=1" },
            { Form, "[", "1,", "1]" },
            {
                "multipart/form-data; boundary=b",
                "",
                "--b\r\nContent-Disposition: form-data; name=card\r\n\r\n4111\r\n",
                "--b--"
            },
        };

    [Theory]
    [MemberData(nameof(LargeBodies))]
    public void LargeBody_IsLookedThroughInSlices(string contentType, string first, string repeated, string last)
    {
        var body = Encoding.ASCII.GetBytes(
            first + string.Concat(Enumerable.Repeat(repeated, 1024 * 1024 / repeated.Length)) + last
        );
        var redaction = new RedactionConfiguration
        {
            Form = new RedactedNames(["card"]),
            Json = [Redacted.Pointer("/card"), Redacted.Pointer("/*/card")],
        };

        var slices = BodyRedactor
            .Find(Redacted.Sequence(Redacted.Cut(body, [4096])), contentType, contentEncoding: null, redaction)
            .ToArray();

        Assert.InRange(
            slices.Length,
            body.Length / BodyRedactor.SliceLength,
            2 * body.Length / BodyRedactor.SliceLength + 3
        );
        Assert.All(slices[..^1], Assert.Null);
        Assert.NotNull(slices[^1]);
    }
}
