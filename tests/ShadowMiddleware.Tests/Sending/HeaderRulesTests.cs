using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Tests.Sending;

public sealed class HeaderRulesTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("A", true)]
    [InlineData("b, a", true)]
    [InlineData(" \ta\t ,b", true)]
    [InlineData(",,a", true)]
    [InlineData("ab", false)]
    [InlineData("b;a", false)]
    [InlineData("", false)]
    public void HasToken_OfAList_FindsTheWholeToken(string list, bool expected) =>
        Assert.Equal(expected, HeaderRules.HasToken(list, "a"));

    [Fact]
    public void HasToken_OfSeveralLines_LooksAtAll()
    {
        Assert.True(HeaderRules.HasToken(new StringValues(["x", "y, a"]), "a"));
        Assert.False(HeaderRules.HasToken(StringValues.Empty, "a"));
    }

    [Theory]
    [InlineData("X-A", "1, 2")]
    [InlineData("Accept", "1, 2")]
    [InlineData("Cookie", "1; 2")]
    [InlineData("cookie", "1; 2")]
    [InlineData("Set-Cookie", "1, 2")]
    public void Combine_OfTwoLines_JoinsAsTheFieldSays(string name, string expected) =>
        Assert.Equal(expected, HeaderRules.Combine(name, new StringValues(["1", "2"])));

    [Fact]
    public void Combine_OfOneLine_LeavesItAlone()
    {
        Assert.Equal("a,b; c", HeaderRules.Combine("X-A", "a,b; c"));
        Assert.Equal("", HeaderRules.Combine("X-A", StringValues.Empty));
    }

    [Theory]
    [InlineData("request-id", false)]
    [InlineData(":method", true)]
    [InlineData("Content-Length", true)]
    [InlineData("Content-Type", false)]
    public void StaysBehind_OfAField_GoesByItsMeaning(string name, bool expected) =>
        Assert.Equal(expected, HeaderRules.StaysBehind(name));
}
