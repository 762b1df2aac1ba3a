namespace ShadowMiddleware.Tests.Redaction;

public class FormRedactionTests
{
    private const string Form = "application/x-www-form-urlencoded";

    [Theory]
    [InlineData("password=secret", "password=redacted")]
    [InlineData("a=1&PASSWORD=secret&Password=&b=2", "a=1&PASSWORD=redacted&Password=redacted&b=2")]
    [InlineData("p%61ssword=secret&pass+word=x", "p%61ssword=redacted&pass+word=x")]
    [InlineData("a=1;password=secret", "a=1;password=redacted")]
    [InlineData("password=a b&c=d e", "password=redacted&c=d e")]
    [InlineData("card[number]=4111&a[0][b]=1", "card[number]=redacted&a[0][b]=1")]
    [InlineData("card%5Bnumber%5D=4111", "card%5Bnumber%5D=redacted")]
    [InlineData("a_[b]=1&a-[b]=2&a.[b]=3&A[b]=4&password=5", "a_[b]=1&a-[b]=2&a.[b]=3&A[b]=4&password=redacted")]
    [InlineData("password", "password")]
    [InlineData("a=1", "a=1")]
    [InlineData("password=%", "password=redacted")]
    public void Form_HasTheValuesRedacted(string body, string expected)
    {
        string[] names = ["password", "card[number]"];

        Assert.Equal(expected, Redacted.Body(body, Form, form: names));
        Assert.Equal(
            expected,
            Redacted.Body(body, $"{Form.ToUpperInvariant()}; charset=UTF-8", form: names, json: ["/a"])
        );
        Assert.Equal(body, Redacted.Body(body, Form, json: ["/password"]));
    }

    [Theory]
    [InlineData("password=secret", "text/plain")]
    [InlineData("password=secret", null)]
    [InlineData("password=secret", "")]
    [InlineData("password=secret", "application/json")]
    [InlineData("password=secret", "multipart/form-data")]
    [InlineData("password=secret", $"{Form}, {Form}")]
    [InlineData("password=secret", $"{Form}; charset=utf-16")]
    [InlineData("password=secret", $"{Form}; charset=iso-8859-1")]
    [InlineData("password=secret", $"{Form}; charset=utf-8; charset=utf-16")]
    [InlineData("password=secret", $"{Form}; charset*=utf-8''utf-16")]
    [InlineData("password=secret\r\n", Form)]
    [InlineData("\u0000password=secret", Form)]
    [InlineData("\ufeffpassword=secret", Form)]
    [InlineData("%ffpassword=secret", Form)]
    [InlineData("p%ssword=secret", Form)]
    [InlineData("""a={"password":"secret"}""", Form)]
    [InlineData("a=<password>secret</password>", Form)]
    [InlineData("[4111,]", Form)]
    [InlineData("/*a=b*/[4111,]", Form)]
    [InlineData(" [4111,]", Form)]
    public void Body_ThatMayBeNoForm_IsRefused(string body, string? contentType) =>
        Assert.Null(Redacted.Body(body, contentType, form: ["password"]));

    [Fact]
    public void Form_ThatIsNotUtf8_IsRefused() =>
        Assert.Null(Redacted.Body([.. "a="u8, 0xE9, .. "&password=1"u8], Form, form: ["password"]));

    [Theory]
    [InlineData("gzip")]
    [InlineData("br, identity")]
    [InlineData("identity, gzip")]
    [InlineData("x")]
    public void Body_ThatIsCalledEncoded_IsRefused(string encoding)
    {
        Assert.Null(Redacted.Body("password=secret", Form, form: ["password"], contentEncoding: encoding));
        Assert.Null(Redacted.Body("{}", "application/json", json: ["/a"], contentEncoding: encoding));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("Identity, identity")]
    [InlineData("")]
    [InlineData(null)]
    public void Body_ThatIsCalledIdentity_IsRedacted(string? encoding)
    {
        Assert.Equal(
            "password=redacted",
            Redacted.Body("password=secret", Form, form: ["password"], contentEncoding: encoding)
        );
        Assert.Equal(
            """{"a":null}""",
            Redacted.Body("""{"a":1}""", "application/json", json: ["/a"], contentEncoding: encoding)
        );
    }
}
