using ShadowMiddleware.Http;

namespace ShadowMiddleware.Tests.Http;

public sealed class TargetPathTests
{
    [Theory]
    [InlineData("http://a.test", false)]
    [InlineData("http://a.test:8080", false)]
    [InlineData("https://[::1]:8080", false)]
    [InlineData("http://a.test/b", true)]
    [InlineData("https://[::1]:8080/b/c", true)]
    public void IsIn_OfAnAddress_SaysWhetherItHasAPath(string address, bool isIn) =>
        Assert.Equal(isIn, TargetPath.IsIn(address));

    [Theory]
    [InlineData("/../admin")]
    [InlineData("/..")]
    [InlineData("/../")]
    [InlineData("/..?x")]
    [InlineData("/a/../..")]
    [InlineData("/a/../../base/a")]
    [InlineData("/./../a")]
    [InlineData("//../a")]
    [InlineData("/a//../../b")]
    [InlineData("/%2e%2e/admin")]
    [InlineData("/%2E%2e/admin")]
    [InlineData("/.%2e/admin")]
    [InlineData("/%2e./admin")]
    [InlineData("/%252e%252e/admin")]
    [InlineData("/%25%32%65%2e/admin")]
    [InlineData("/a/..%2f..%2fadmin")]
    [InlineData("/..%2fadmin")]
    [InlineData("/..%2Fadmin")]
    [InlineData("/..%252fadmin")]
    [InlineData("/a%2fb/../..")]
    [InlineData("/a%252fb/../..")]
    [InlineData(@"/..\admin")]
    [InlineData(@"/a\..\..\admin")]
    [InlineData(@"/a\b/../..")]
    [InlineData("/..%5cadmin")]
    [InlineData("/..%255cadmin")]
    [InlineData("/..;/admin")]
    [InlineData("/..;x=1/admin")]
    [InlineData("/..%3b/admin")]
    [InlineData("/..%253bx/admin")]
    [InlineData("/.;/../admin")]
    [InlineData("/;x/../admin")]
    [InlineData("/a/%2e/%2e%2e/%2e%2e%2fadmin")]
    public void MayClimb_OfWhatSomeServerTakesForAWayUp_IsTrue(string target) =>
        Assert.True(TargetPath.MayClimb(target));

    [Theory]
    [InlineData("/")]
    [InlineData("/a/b")]
    [InlineData("/a/../b")]
    [InlineData("/a/..")]
    [InlineData("/a/b/../../c")]
    [InlineData("/a/%2e%2e/b")]
    [InlineData("/a/..;/b")]
    [InlineData("/...")]
    [InlineData("/.../a")]
    [InlineData("/..a/b")]
    [InlineData("/a../b")]
    [InlineData("/a..b")]
    [InlineData("/.well-known/x")]
    [InlineData("/a?/../..")]
    [InlineData("/a?x=%2e%2e%2f..")]
    [InlineData("/100%25/b")]
    [InlineData("/a%2eb")]
    [InlineData("/%zz%2e/a")]
    [InlineData("/%2")]
    [InlineData("/%c3%bc%2e%2e")]
    [InlineData("/%2525252e%2525252e/a")]
    public void MayClimb_OfWhatStaysBelowForAll_IsFalse(string target) => Assert.False(TargetPath.MayClimb(target));

    // Against the plain definition, over all short paths of the pieces that matter.
    [Fact]
    public void MayClimb_OfAllShortPathsWithoutEncodings_IsWhatWalkingThemSays()
    {
        string[] names = ["a", "..", ".", "", "..;", ";"];
        foreach (var first in names)
        {
            foreach (var second in names)
            {
                foreach (var third in names)
                {
                    string[] segments = [first, second, third];
                    var depth = 0;
                    var climbs = false;
                    foreach (var segment in segments)
                    {
                        depth += segment switch
                        {
                            "a" => 1,
                            ".." or "..;" => -1,
                            _ => 0,
                        };
                        climbs |= depth < 0;
                    }

                    Assert.Equal(climbs, TargetPath.MayClimb($"/{string.Join('/', segments)}"));
                }
            }
        }
    }
}
