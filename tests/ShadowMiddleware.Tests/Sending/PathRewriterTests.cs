using System.Text.RegularExpressions;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Tests.Sending;

public class PathRewriterTests
{
    [Theory]
    [InlineData("^/api/(.*)$", "/v2/$1", "/api/orders/1?x=/api/", "/v2/orders/1?x=/api/")]
    [InlineData("^/api/(.*)$", "/v2/$1", "/Api/orders", "/Api/orders")]
    [InlineData("a", "b", "/a/a?a", "/b/b?a")]
    [InlineData("/api", "", "/api/x", "/x")]
    [InlineData("%2F", "/", "/a%2Fb%2fc", "/a/b%2fc")]
    [InlineData("(?<first>[^/]+)/(?<second>[^/]+)", "${second}/${first}", "/a/b", "/b/a")]
    [InlineData("x", "y", "/no match#at all\u00e9", "/no match#at all\u00e9")]
    [InlineData("^/", "//elsewhere.example/", "/x", "//elsewhere.example/x")]
    [InlineData("$", "", "/x?", "/x?")]
    public void Rewrite_ReplacesAllMatchesInTheRawPathOnly(string pattern, string by, string target, string expected) =>
        Assert.Equal(expected, PathRewriter.Rewrite(target, Compile(pattern, by)));

    [Theory]
    [InlineData("^/api", "", "/api")]
    [InlineData("^/", "", "/x")]
    [InlineData("^/", "http://elsewhere.example/", "/x")]
    [InlineData("^/", "@elsewhere.example/", "/x")]
    [InlineData("^/", ":99/", "/x")]
    [InlineData("x", "a b", "/x")]
    [InlineData("x", "a\tb", "/x")]
    [InlineData("x", "\r\nX-Injected: 1", "/x")]
    [InlineData("x", "\0", "/x")]
    [InlineData("x", "\u007f", "/x")]
    [InlineData("x", "\u00e9", "/x")]
    [InlineData("x", "#", "/x")]
    [InlineData("x", "?", "/x?y")]
    [InlineData("x", "y", "/x#z")]
    public void Rewrite_WithAResultThatIsNoPath_IsRefused(string pattern, string by, string target) =>
        Assert.Throws<NotSupportedException>(() => PathRewriter.Rewrite(target, Compile(pattern, by)));

    [Fact]
    public void Rewrite_ThatTakesTooLong_IsRefused()
    {
        // What the configuration does not let through.
        var slow = new Regex("^/(?<x>a+)+$", RegexOptions.ExplicitCapture, TimeSpan.FromMilliseconds(1));

        Assert.Throws<RegexMatchTimeoutException>(() =>
            PathRewriter.Rewrite($"/{new string('a', 60)}!", new PathRewrite(slow, ""))
        );
    }

    [Theory]
    [InlineData("^/(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("(.*)(.*)(.*)(.*)[^a]$")]
    [InlineData("(([a-z])+.)+[A-Z]([a-z])+$")]
    public void Rewrite_WithAPatternThatWouldRunAwayElsewhere_IsDoneInTime(string pattern)
    {
        var target = $"/{new string('a', 8000)}!";

        Assert.NotEqual("", PathRewriter.Rewrite(target, Compile(pattern, "/b")));
    }

    private static PathRewrite Compile(string pattern, string replacement)
    {
        // A machine that is shared may well need more than the limit.
        Assert.True(PathRewriteRules.TryCompile(pattern, out var compiled, out var fault), fault);
        return new PathRewrite(new Regex(pattern, compiled.Options, TimeSpan.FromSeconds(20)), replacement);
    }
}
