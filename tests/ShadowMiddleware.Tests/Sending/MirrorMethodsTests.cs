using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Tests.Sending;

public sealed class MirrorMethodsTests
{
    public static TheoryData<string> Known =>
        ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY"];

    [Theory]
    [MemberData(nameof(Known))]
    public void Get_OfAStandardMethod_IsTheSharedInstance(string method)
    {
        Assert.Equal(method, MirrorMethods.Get(method).Method);
        Assert.Same(MirrorMethods.Get(method), MirrorMethods.Get(new string(method.AsSpan())));
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void Get_OfAStandardMethodInOtherLetters_IsRefused(string method)
    {
        Assert.Throws<NotSupportedException>(() => MirrorMethods.Get(method.ToLowerInvariant()));
        Assert.Throws<NotSupportedException>(() => MirrorMethods.Get(method[..^1] + char.ToLowerInvariant(method[^1])));
    }

    [Theory]
    [InlineData("PROPFIND")]
    [InlineData("propfind")]
    [InlineData("M-SEARCH")]
    [InlineData("GETX")]
    public void Get_OfAnyOtherMethod_KeepsItsSpelling(string method) =>
        Assert.Equal(method, MirrorMethods.Get(method).Method);

    [Fact]
    public void Get_OfWhatIsNoMethod_IsRefused() => Assert.Throws<FormatException>(() => MirrorMethods.Get("A B"));
}
