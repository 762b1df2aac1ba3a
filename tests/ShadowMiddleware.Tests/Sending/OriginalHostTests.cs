using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

public class OriginalHostTests
{
    [Theory]
    [InlineData("foo.com:80", "foo.com-shadow:80")]
    [InlineData("foo.com", "foo.com-shadow")]
    [InlineData("FOO", "FOO-shadow")]
    [InlineData("a_b.test:8443", "a_b.test-shadow:8443")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1:80", "10.0.0.1:80")]
    [InlineData("10.1", "10.1-shadow")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("[2001:db8::1]:81", "[2001:db8::1]:81")]
    public void ForCopy_IsTheClientsWithOrWithoutTheSuffix(string host, string withSuffix)
    {
        var request = TestRequest.Get("/", ("host", host));

        Assert.Equal(host, OriginalHost.ForCopy(request, HostHeaderMode.Original));
        Assert.Equal(withSuffix, OriginalHost.ForCopy(request, HostHeaderMode.OriginalWithShadowSuffix));
    }

    [Theory]
    [InlineData("")]
    [InlineData("user@foo.com")]
    [InlineData("foo.com/x")]
    [InlineData("foo.com?x")]
    [InlineData("foo.com#x")]
    [InlineData("foo.com\\x")]
    [InlineData("foo.com, bar.com")]
    [InlineData("foo.com,bar.com")]
    [InlineData("foo .com")]
    [InlineData("foo.com\r\nX: 1")]
    [InlineData("f\u00e9.com")]
    [InlineData("foo.com:")]
    [InlineData("foo.com:80:81")]
    [InlineData("foo.com:8a")]
    [InlineData(":80")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[]")]
    [InlineData("[foo]")]
    [InlineData("[1.2.3.4]")]
    [InlineData("[::1]x")]
    public void ForCopy_OfWhatIsNoHost_IsRefused(string host) =>
        Assert.Throws<NotSupportedException>(() =>
            OriginalHost.ForCopy(TestRequest.Get("/", ("Host", host)), HostHeaderMode.Original)
        );

    [Theory]
    [InlineData("orders.internal", "foo.com:80", "orders.internal")]
    [InlineData("orders.internal:81", null, "orders.internal:81")]
    [InlineData("{host}.uat.example.com", "foo.com:80", "foo.com.uat.example.com")]
    [InlineData("{host}.uat.example.com:81", "foo.com", "foo.com.uat.example.com:81")]
    [InlineData("uat-{host}", "FOO.com:80", "uat-FOO.com")]
    [InlineData("{host}", "foo.com:80", "foo.com")]
    [InlineData("{host}:81", "[::1]:80", "[::1]:81")]
    [InlineData("{host}.uat.example.com", "10.0.0.1:80", "10.0.0.1.uat.example.com")]
    public void ForCopy_WithATemplate_PutsTheClientsHostIntoIt(string template, string? host, string expected)
    {
        var request = host is null ? TestRequest.Get() : TestRequest.Get("/", ("host", host));

        Assert.Equal(expected, OriginalHost.ForCopy(request, Shaped(template)));
    }

    [Theory]
    [InlineData("{host}.uat.example.com", "[::1]:80")]
    [InlineData("uat-{host}", "[::1]")]
    [InlineData("{host}.uat.example.com", "user@foo.com")]
    [InlineData("{host}", "foo.com/x")]
    [InlineData("{host}", "")]
    public void ForCopy_WithATemplateThatTheClientsHostDoesNotFitInto_IsRefused(string template, string host) =>
        Assert.Throws<NotSupportedException>(() =>
            OriginalHost.ForCopy(TestRequest.Get("/", ("Host", host)), Shaped(template))
        );

    private static ShapingConfiguration Shaped(string template)
    {
        Assert.True(HostTemplate.TryParse(template, out var parsed, out _));
        return new()
        {
            HostHeader = HostHeaderMode.Destination,
            HostTemplate = parsed,
            ForwardedHeaders = ForwardedHeadersMode.None,
            RewritePath = null,
            BearerTokenProvider = null,
        };
    }

    [Fact]
    public void ForCopy_WithoutAHost_OrWithTwo_IsRefused()
    {
        Assert.Null(OriginalHost.Find(TestRequest.Get()));
        Assert.Throws<NotSupportedException>(() => OriginalHost.ForCopy(TestRequest.Get(), HostHeaderMode.Original));
        Assert.Throws<NotSupportedException>(() =>
            OriginalHost.ForCopy(TestRequest.Get("/", ("Host", new StringValues(["a", "b"]))), HostHeaderMode.Original)
        );
    }
}
