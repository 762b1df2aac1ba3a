using System.Text;

namespace ShadowMiddleware.Tests.Redaction;

public class MultipartRedactorTests
{
    private const string FormData = "multipart/form-data; boundary=b1";
    private static readonly string[] _names = ["password", "stra\u00dfe"];

    [Theory]
    [InlineData("name=\"password\"")]
    [InlineData("name=password")]
    [InlineData("name=\"PassWord\"")]
    [InlineData("name=\"password[]\"")]
    [InlineData("NAME = \"password\"")]
    [InlineData("name=\"password\"; filename=\"a.txt\"")]
    [InlineData("filename=\"a;name=x.txt\"; name=\"password\"")]
    [InlineData("name=\"password\"; filename*=utf-8''a.txt")]
    public void Field_HasItsValueRedacted(string parameters) =>
        Assert.Equal(
            Body(("name=a", "1"), (parameters, "redacted"), ("name=\"b\"", "2")),
            Redacted.Body(Body(("name=a", "1"), (parameters, "secret"), ("name=\"b\"", "2")), FormData, form: _names)
        );

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("secret\r\nmore\r\n\r\n--b\r\n--\r\n")]
    [InlineData("&password=x{\"a\":1}")]
    public void Field_WithAnyValue_HasItRedacted(string value)
    {
        Assert.Equal(
            Body(("name=password", "redacted"), ("name=x", value)),
            Redacted.Body(Body(("name=password", value), ("name=x", value)), FormData, form: _names)
        );
    }

    [Fact]
    public void Fields_AllOfThem_AreRedacted() =>
        Assert.Equal(
            Body(("name=password", "redacted"), ("name=\"PASSWORD\"", "redacted")),
            Redacted.Body(Body(("name=password", "1"), ("name=\"PASSWORD\"", "2")), FormData, form: _names)
        );

    [Fact]
    public void Field_WithANameOutsideOfAscii_IsRedacted() =>
        Assert.EndsWith(
            "\r\n\r\nredacted\r\n--b1--\r\n",
            Redacted.Body(Body(("name=\"STRA\u00dfE\"", "1")), FormData, form: _names),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("multipart/form-data; boundary=\"b1\"")]
    [InlineData("Multipart/Form-Data; charset=utf-8; Boundary=b1")]
    public void Type_InOtherWords_IsRead(string contentType) =>
        Assert.Equal(
            Body(("name=password", "redacted")),
            Redacted.Body(Body(("name=password", "secret")), contentType, form: _names)
        );

    [Theory]
    [InlineData("--b1--")]
    [InlineData("--b1--\r\n")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n--b1--")]
    [InlineData(
        "--b1\r\nContent-Type: text/plain\r\ncontent-disposition:form-data;name=x\r\nX-Other: 1\r\n\r\n{}\r\n--b1--"
    )]
    public void Form_WithoutTheField_StaysTheSame(string body)
    {
        Assert.Equal(body, Redacted.Body(body, FormData, form: _names));
        Assert.Equal(body, Redacted.Body(body, FormData, json: ["/password"]));
    }

    [Fact]
    public void Form_WithOnlyJsonToRedact_IsRefusedWhenAPartIsCalledJson()
    {
        const string Body =
            "--b1\r\nContent-Disposition: form-data; name=x\r\nContent-Type: application/problem+json\r\n\r\n{}\r\n--b1--";

        Assert.Equal(Body, Redacted.Body(Body, FormData, form: _names));
        Assert.Null(Redacted.Body(Body, FormData, json: ["/a"]));
        Assert.Null(
            Redacted.Body(
                Body.Replace("\r\n\r\n", "\r\nContent-Type: text/json\r\n\r\n", StringComparison.Ordinal),
                FormData,
                json: ["/a"]
            )
        );
        Assert.Null(Redacted.Body(Body, FormData, form: _names, json: ["/a"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\r\n")]
    [InlineData("\r\n")]
    public void Preamble_IsRefused(string preamble)
    {
        var body = preamble + Body(("name=password", "secret"));

        Assert.Equal(preamble.Length == 0, Redacted.Body(body, FormData, form: _names) is not null);
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=b2")]
    [InlineData("multipart/form-data; boundary=b")]
    [InlineData("multipart/form-data; boundary=b1; boundary=b2")]
    [InlineData("multipart/form-data; boundary*=utf-8''b1")]
    [InlineData("multipart/form-data; boundary*=b1")]
    [InlineData("multipart/form-data; boundary=b1; charset=utf-16")]
    [InlineData("multipart/mixed; boundary=b1")]
    [InlineData("application/x-www-form-urlencoded; boundary=b1")]
    [InlineData("multipart/form-data; boundary=b1, multipart/form-data; boundary=b2")]
    public void Type_ThatDoesNotSayWhereTheBoundaryIs_IsRefused(string contentType) =>
        Assert.Null(Redacted.Body(Body(("name=password", "secret")), contentType, form: _names));

    [Theory]
    [InlineData("form-data")]
    [InlineData("form-data; filename=a")]
    [InlineData("attachment; name=password")]
    [InlineData("form-data; name=a; name=password")]
    [InlineData("form-data; name*=utf-8''password")]
    [InlineData("form-data; name=a; name*=utf-8''password")]
    [InlineData("form-data; name=\"=?utf-8?B?cGFzc3dvcmQ=?=\"")]
    [InlineData("form-data; name=\"a\\\"; name=\\\"password\"")]
    [InlineData("form-data; name=\"p\\assword\"")]
    [InlineData("form-data; name=\"password")]
    [InlineData("form-data; name=pass word")]
    [InlineData("form-data; filename=\"C:\\\"; name=a")]
    [InlineData("form-data;\r\n name=password")]
    [InlineData("form-data; name=a\r\nContent-Disposition: form-data; name=password")]
    [InlineData("form-data; name=a\r\nContent-Type: multipart/mixed; boundary=b2")]
    [InlineData("form-data; name=a\nContent-Disposition: form-data; name=password")]
    [InlineData("form-data; name=a\r\nContent-Disposition : form-data; name=password")]
    [InlineData("form-data; name=a\r\nno field")]
    [InlineData("form-data; name=a\r\n: no name")]
    [InlineData("form-data; name=a\r\nX: --b1")]
    [InlineData("form-data; name=a\r\nX: a\0b")]
    public void Part_WhoseNameReadersDifferIn_IsRefused(string disposition) =>
        Assert.Null(
            Redacted.Body(
                $"--b1\r\nContent-Disposition: {disposition}\r\n\r\nsecret\r\n--b1--\r\n",
                FormData,
                form: _names
            )
        );

    [Theory]
    [InlineData("--b1\r\n\r\nsecret\r\n--b1--")]
    [InlineData("--b1\r\n--b1: 1\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b1--")]
    [InlineData("--b1\r\nX: 1\r\n\r\n\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b1--")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=password\r\n\r\n--")]
    [InlineData("--b1\r\nContent-Type: text/plain\r\n\r\nsecret\r\n--b1--")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b1")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b1-")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b1--x")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b1--\r\n\r\n")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=x\r\n\r\n1\n--b1--\r\n")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=x\r\n\r\n1--b1--\r\n")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=x\r\n\r\n--b1--\r\n")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b1 \r\n--b1--\r\n")]
    [InlineData("--b1\nContent-Disposition: form-data; name=x\n\n1\n--b1--\n")]
    [InlineData(
        "--b1\r\nContent-Disposition: form-data; name=x\r\n\r\n1\n--b1\r\nContent-Disposition: form-data; name=password\r\n\r\n1\r\n--b1--\r\n"
    )]
    [InlineData(
        "--b1\r\nContent-Disposition: form-data; name=x\r\n--b1\r\nContent-Disposition: form-data; name=password\r\n\r\n1\r\n--b1--\r\n"
    )]
    [InlineData("--b1")]
    [InlineData("--b1-")]
    [InlineData("--b")]
    [InlineData("b1")]
    public void Body_ThatReadersDivideInDifferentWays_IsRefused(string body) =>
        Assert.Null(Redacted.Body(body, FormData, form: _names));

    [Fact]
    public void Part_WithALongHeader_IsRefused()
    {
        const int Longest = 16 * 1024;

        Assert.NotNull(Redacted.Body(With(Longest), FormData, form: _names));
        Assert.Null(Redacted.Body(With(Longest + 1), FormData, form: _names));

        static string With(int length)
        {
            const string Header = "Content-Disposition: form-data; name=password\r\nX: ";
            return $"--b1\r\n{Header}{new string('x', length - Header.Length)}\r\n\r\nsecret\r\n--b1--\r\n";
        }
    }

    [Fact]
    public void Part_WhoseHeaderIsNotUtf8_IsRefused()
    {
        var body = Body(("name=password\r\nX: ?", "secret"), ("name=file", "?"));

        Assert.Null(Redacted.Body(With(0xFF, body.IndexOf('?', StringComparison.Ordinal)), FormData, form: _names));
        Assert.EndsWith(
            "\r\n\r\n\u00ff\r\n--b1--\r\n",
            Redacted.Body(With(0xFF, body.LastIndexOf('?')), FormData, form: _names),
            StringComparison.Ordinal
        );

        byte[] With(byte value, int at)
        {
            var bytes = Encoding.ASCII.GetBytes(body);
            bytes[at] = value;
            return bytes;
        }
    }

    private static string Body(params (string Parameters, string Value)[] parts) =>
        string.Concat(
            parts.Select(part => $"--b1\r\nContent-Disposition: form-data; {part.Parameters}\r\n\r\n{part.Value}\r\n")
        ) + "--b1--\r\n";
}
