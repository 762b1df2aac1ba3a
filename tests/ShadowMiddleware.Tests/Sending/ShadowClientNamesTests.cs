using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Tests.Sending;

public sealed class ShadowClientNamesTests
{
    [Fact]
    public void NameFor_AShadowNobodyConfigured_IsTheDefault() =>
        Assert.Equal(ShadowClientNames.Default, new ShadowClientNames().NameFor("v2"));

    [Fact]
    public void NameFor_AConfiguredShadow_IsItsOwn()
    {
        var names = new ShadowClientNames();

        Assert.True(names.Configure("v2"));
        Assert.False(names.Configure("v2"));

        Assert.Equal(ShadowClientNames.Own("v2"), names.NameFor("v2"));
        Assert.Equal(ShadowClientNames.Default, names.NameFor("v3"));
        Assert.Equal(["v2"], names.Configured);
        Assert.NotEqual(ShadowClientNames.Own("v2"), ShadowClientNames.Own("v3"));
    }

    [Theory]
    [InlineData("ShadowMiddleware", true)]
    [InlineData("ShadowMiddleware:v2", true)]
    [InlineData("ShadowMiddlewareX", false)]
    [InlineData("orders", false)]
    [InlineData("", false)]
    public void IsShadow_OfTheNameOfAClient_KnowsOurs(string client, bool expected) =>
        Assert.Equal(expected, ShadowClientNames.IsShadow(client));
}
