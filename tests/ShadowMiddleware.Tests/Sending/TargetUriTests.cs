using ShadowMiddleware.Http;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Tests.Sending;

public sealed class TargetUriTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/orders?x=1")]
    [InlineData("/a%252Fb%2Fc%41")]
    [InlineData("/a/../b/./c")]
    [InlineData("//evil.test/x")]
    [InlineData("///")]
    [InlineData("/@evil.test/")]
    [InlineData("/\\evil.test\\x")]
    [InlineData("/:80@evil.test")]
    [InlineData("/a#fragment?not")]
    [InlineData("/?")]
    [InlineData("/?a=b?c#d")]
    [InlineData("/a;b=1/c,d'(e)*!$&+=~")]
    [InlineData("/a|b^c`d{e}\"<>")]
    [InlineData("/%zz%")]
    [InlineData("/!~")]
    [InlineData("/.well-known/%2e%2e/x")]
    [InlineData("/a/b/..%2f..%2fx")]
    public void Create_OfARawTarget_KeepsEveryByteAndTheAuthority(string target)
    {
        foreach (var address in (string[])["http://shadow.test:8080", "https://shadow.test/base"])
        {
            var prefix = new Uri(address);

            var uri = TargetUri.Create(address, target, PathFidelity.Raw, out _);

            Assert.Equal(prefix.AbsolutePath.TrimEnd('/') + target, uri.PathAndQuery);
            Assert.Equal(prefix.Scheme, uri.Scheme);
            Assert.Equal(prefix.Authority, uri.Authority);
            Assert.Equal("", uri.UserInfo);
            Assert.Equal("", uri.Fragment);
        }
    }

    [Theory]
    [InlineData("/", false)]
    [InlineData("/orders/42?x=1&y=a/../b", false)]
    [InlineData("/caf%C3%A9?q=a%20b", false)]
    [InlineData("/.well-known/x", false)]
    [InlineData("/a..b/c.d", false)]
    [InlineData("//x", false)]
    [InlineData("/%41", true)]
    [InlineData("/a/../b", true)]
    [InlineData("/a/.", true)]
    [InlineData("/a#b", true)]
    [InlineData("/a|b", true)]
    [InlineData("/a\\b", true)]
    public void Create_OfARawTarget_MakesARawUriOnlyWhereAPlainOneIsAnother(string target, bool expected)
    {
        foreach (var address in (string[])["http://shadow.test:8080", "https://shadow.test/base", "http://[::1]:80"])
        {
            var uri = TargetUri.Create(address, target, PathFidelity.Raw, out var isRaw);

            Assert.Equal(expected, isRaw);
            if (!isRaw)
            {
                // Throws for a raw one. The platform's instrumentation and the test server ask for it.
                Assert.EndsWith(
                    target,
                    uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped),
                    StringComparison.Ordinal
                );
            }
        }
    }

    [Fact]
    public void Create_BehindAnAddressThatIsNotCanonical_KeepsTheAddressToo() =>
        Assert.Equal(
            "/%41/./b/x",
            TargetUri.Create("http://shadow.test/%41/./b", "/x", PathFidelity.Raw, out _).PathAndQuery
        );

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/orders?x=1", "/orders?x=1")]
    [InlineData("/a%252Fb%2Fc%41", "/a%252Fb%2FcA")]
    [InlineData("/a/../b/./c", "/b/c")]
    [InlineData("/a b", "/a%20b")]
    [InlineData("//evil.test/x", "//evil.test/x")]
    [InlineData("/@evil.test/", "/@evil.test/")]
    [InlineData("/\\evil.test\\x", "//evil.test/x")]
    [InlineData("/:80@evil.test", "/:80@evil.test")]
    [InlineData("/?a=b?c", "/?a=b?c")]
    [InlineData("/a#b?c#d", "/a%23b?c%23d")]
    public void Create_OfACanonicalTarget_CleansThePathAndKeepsTheAuthority(string target, string expected)
    {
        var uri = TargetUri.Create("http://shadow.test:8080", target, PathFidelity.Canonical, out _);

        Assert.Equal(expected, uri.PathAndQuery);
        Assert.Equal("shadow.test:8080", uri.Authority);
        Assert.Equal("", uri.UserInfo);
    }

    [Theory]
    [InlineData("/a HTTP/1.1")]
    [InlineData("/a\tb")]
    [InlineData("/a\r\nX-Injected: 1")]
    [InlineData("/a\0b")]
    [InlineData("/a\u007fb")]
    [InlineData("/\u00e9")]
    public void Create_OfARawTargetThatWouldBreakOut_IsRefused(string target) =>
        Assert.Throws<UriFormatException>(() =>
            TargetUri.Create("http://shadow.test", target, PathFidelity.Raw, out _)
        );

    [Theory]
    [InlineData("/../../admin/x", "/admin/x")]
    [InlineData("/..", "/")]
    [InlineData("/a/../../b?c=/../d", "/b?c=/../d")]
    [InlineData("/a\\..\\..\\admin", "/admin")]
    [InlineData("/%2e%2e/admin", "/admin")]
    [InlineData("/%2E%2e/.%2e/admin", "/admin")]
    [InlineData("/../v2x/y", "/v2x/y")]
    public void Create_OfACanonicalTargetThatClimbs_StaysBelowThePathOfTheAddress(string target, string expected)
    {
        var uri = TargetUri.Create("http://shadow.test/base/v2", target, PathFidelity.Canonical, out _);

        Assert.Equal("/base/v2" + expected, uri.PathAndQuery);
        Assert.Equal("shadow.test", uri.Authority);
    }

    [Theory]
    [InlineData("/../admin", PathFidelity.Raw)]
    [InlineData("/%2e%2e/admin", PathFidelity.Raw)]
    [InlineData("/..;/admin", PathFidelity.Raw)]
    [InlineData("/..;/admin", PathFidelity.Canonical)]
    [InlineData("/%2e%2e%2fadmin", PathFidelity.Canonical)]
    [InlineData("/%252e%252e/admin", PathFidelity.Canonical)]
    public void Create_OfATargetThatMayClimb_IsRefusedWhereTheAddressHasAPath(string target, PathFidelity fidelity)
    {
        TargetUri.Create("http://shadow.test", target, fidelity, out _);

        Assert.Throws<UriFormatException>(() => TargetUri.Create("http://shadow.test/base", target, fidelity, out _));
    }

    [Fact]
    public void Create_OfAnyCanonicalTarget_StaysBelowThePathOfTheAddress()
    {
        string[] pieces =
        [
            "..",
            ".",
            "%2e%2e",
            ".%2E",
            "%252e%2e",
            "%25%32%65.",
            "%5c..",
            "",
            "a",
            "..;",
            "?..",
            "#..",
            "@x",
        ];
        string[] ends = ["/", "\\", "%2f"];
        var joined = pieces.SelectMany(piece => ends.Select(end => piece + end)).ToArray();

        var targets = joined.SelectMany(_ => joined, (one, two) => $"/{one}{two}../../../admin").ToArray();

        Assert.All(
            targets,
            target =>
            {
                var alone = TargetUri.Create("https://a", target, PathFidelity.Canonical, out _).PathAndQuery;
                if (TargetPath.MayClimb(alone))
                {
                    Assert.Throws<UriFormatException>(() =>
                        TargetUri.Create("https://shadow.test/base/v2", target, PathFidelity.Canonical, out _)
                    );
                    return;
                }

                var uri = TargetUri.Create("https://shadow.test/base/v2", target, PathFidelity.Canonical, out _);

                Assert.StartsWith("https://shadow.test/base/v2/", uri.AbsoluteUri, StringComparison.Ordinal);
                Assert.Equal(alone, uri.PathAndQuery["/base/v2".Length..]);
            }
        );
    }

    [Fact]
    public void Create_OfACanonicalTarget_BehindAPathThatIsNot_CleansBoth()
    {
        var uri = TargetUri.Create("http://shadow.test/%41", "/../%42", PathFidelity.Canonical, out _);

        Assert.Equal("/A/B", uri.PathAndQuery);
    }

    [Fact]
    public void Create_OfACanonicalTarget_CanBeReadInParts()
    {
        var uri = TargetUri.Create("http://shadow.test", "/a?b", PathFidelity.Canonical, out _);

        Assert.Equal("/a?b", uri.GetComponents(UriComponents.Path | UriComponents.Query, UriFormat.UriEscaped));
    }
}
