using System.Net.Sockets;
using System.Security.Authentication;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Tests.Diagnostics;

public class LogTextTests
{
    [Theory]
    [InlineData("/orders/42", "/orders/42")]
    [InlineData("/orders?token=s3cret&x=/y?z", "/orders?***")]
    [InlineData("/a?", "/a?***")]
    [InlineData("/a\r\nfake: line", "/a\\u000d\\u000afake: line")]
    [InlineData("/a\u202eb\u2028", "/a\\u202eb\\u2028")]
    [InlineData("", "")]
    public void Path_ShowsNoQueryAndNoControlCharacters(string target, string expected) =>
        Assert.Equal(expected, LogText.Path(new RequestLine("GET", target)));

    [Fact]
    public void Path_ThatIsLong_IsCut()
    {
        var path = LogText.Path(new RequestLine("GET", "/" + new string('x', 10_000) + "?a"));

        Assert.InRange(path.Length, 200, 210);
    }

    [Theory]
    [InlineData("GET", "GET")]
    [InlineData("BREW\n", "BREW\\u000a")]
    [InlineData(null, "a request")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAA\u2026")]
    public void Method_IsEscapedAndCut(string? method, string expected) =>
        Assert.Equal(expected, LogText.Method(new RequestLine(method, "/")));

    [Fact]
    public void Detail_OfARefusedConnection_NamesTheAddress() =>
        Assert.Equal(
            " (Connection refused (127.0.0.1:21050))",
            LogText.Detail(
                new HttpRequestException(
                    "Connection refused (127.0.0.1:21050)",
                    new SocketException((int)SocketError.ConnectionRefused)
                )
            )
        );

    [Fact]
    public void Detail_OfAnUntrustedCertificate_SaysWhatToDo()
    {
        var detail = LogText.Detail(
            new HttpRequestException(
                "The SSL connection could not be established, see inner exception.",
                new AuthenticationException(
                    "The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot"
                )
            )
        );

        Assert.Contains("UntrustedRoot; run dotnet dev-certs https --trust", detail, StringComparison.Ordinal);
        Assert.Contains("docs/losses.md", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cannot get https://user:s3cret@host/x?k=s3cret now", "cannot get https://***@host/x?*** now")]
    [InlineData("the field 'Bearer s3cret' is bad", "the field 'Bearer ***' is bad")]
    [InlineData("basic s3cret=", "basic ***")]
    [InlineData("two\nlines", "two\\u000alines")]
    public void Detail_MasksAndEscapes(string message, string expected) =>
        Assert.Equal($" ({expected})", LogText.Detail(new InvalidOperationException(message)));

    [Fact]
    public void Detail_OfNothingOrOfATimeout_IsEmpty()
    {
        Assert.Empty(LogText.Detail(null));
        Assert.Empty(LogText.Detail(new OperationCanceledException("s3cret")));
        Assert.Empty(LogText.Detail(new HttpRequestException("x", new TaskCanceledException())));
    }
}
