using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Selection;

public sealed class RequestGuardsTests
{
    private const string Tag = "X-Shadow-Request";

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    public void Examine_OfAnOrdinaryRequest_LetsItPass(string method) =>
        Assert.Null(RequestGuards.Examine(new FakeServer { Method = method }.CreateContext(), Tag));

    [Theory]
    [InlineData("X-Shadow-Request", "v2;id=\"1\"")]
    [InlineData("x-shadow-request", "")]
    [InlineData("X-SHADOW-REQUEST", "nonsense")]
    public void Examine_OfACopy_IsALoop(string name, string value)
    {
        var context = new FakeServer().CreateContext();
        context.Request.Headers[name] = value;

        Assert.Equal(SkipReason.Loop, RequestGuards.Examine(context, Tag));
    }

    [Fact]
    public void Examine_WithAnotherTag_GoesByThat()
    {
        var context = new FakeServer().CreateContext();
        context.Request.Headers["X-Other"] = "1";

        Assert.Null(RequestGuards.Examine(context, Tag));
        Assert.Equal(SkipReason.Loop, RequestGuards.Examine(context, "x-other"));
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("connect")]
    public void Examine_OfATunnel_IsAnUpgrade(string method) =>
        Assert.Equal(
            SkipReason.Upgrade,
            RequestGuards.Examine(new FakeServer { Method = method }.CreateContext(), Tag)
        );

    [Theory]
    [InlineData("websocket")]
    [InlineData("h2c-14")]
    [InlineData("h2c, websocket")]
    [InlineData("h2c", "TLS/1.0")]
    public void Examine_OfARequestToSwitchProtocols_IsAnUpgrade(params string[] protocols) =>
        Assert.Equal(SkipReason.Upgrade, RequestGuards.Examine(Upgrade(protocols), Tag));

    [Theory]
    [InlineData("h2c")]
    [InlineData("H2C")]
    [InlineData(" h2c ,, h2c")]
    [InlineData("h2c", "h2c")]
    [InlineData("")]
    [InlineData]
    public void Examine_OfAnOfferOfHttp2OrOfNothing_LetsItPass(params string[] protocols) =>
        Assert.Null(RequestGuards.Examine(Upgrade(protocols), Tag));

    [Fact]
    public void Examine_OfAConnectionThatStaysHttp_LetsItPass()
    {
        var context = new FakeServer().CreateContext();
        context.Request.Headers.Connection = "keep-alive";

        Assert.Null(RequestGuards.Examine(context, Tag));

        context.Features.Set<IHttpUpgradeFeature>(null);
        Assert.Null(RequestGuards.Examine(context, Tag));
    }

    [Theory]
    [InlineData("OPTIONS", "*", true)]
    [InlineData("OPTIONS", "/*", false)]
    [InlineData("GET", "*", false)]
    public void Examine_OfTheAsterisk_IsATargetThatCannotBeSent(string method, string target, bool skipped)
    {
        var context = new FakeServer { Method = method, RawTarget = target }.CreateContext();

        Assert.Equal(skipped ? SkipReason.Target : null, RequestGuards.Examine(context, Tag));
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("HEAD", false)]
    [InlineData("OPTIONS", false)]
    [InlineData("TRACE", false)]
    [InlineData("POST", true)]
    [InlineData("PUT", true)]
    [InlineData("PATCH", true)]
    [InlineData("DELETE", true)]
    [InlineData("QUERY", false)]
    [InlineData("PROPFIND", false)]
    [InlineData("REPORT", false)]
    [InlineData("SEARCH", false)]
    [InlineData("PROPPATCH", true)]
    [InlineData("LOCK", true)]
    [InlineData("QUERYX", true)]
    [InlineData("", true)]
    public void IsWrite_OfAMethod_IsEveryOneButTheSafeOnes(string method, bool expected) =>
        Assert.Equal(expected, RequestGuards.IsWrite(method));

    private static DefaultHttpContext Upgrade(string[] protocols)
    {
        var context = new FakeServer { Method = "GET", IsUpgradableRequest = true }.CreateContext();
        context.Request.Headers.Connection = "Upgrade";
        context.Request.Headers.Upgrade = protocols;
        return context;
    }
}
