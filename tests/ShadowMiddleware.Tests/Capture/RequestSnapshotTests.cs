using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

public sealed class RequestSnapshotTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/orders/1?x=1&y", "/orders/1?x=1&y")]
    [InlineData("/a%252Fb%41/../c//d", "/a%252Fb%41/../c//d")]
    [InlineData("//evil.test/x", "//evil.test/x")]
    [InlineData("/a#b?c", "/a#b?c")]
    [InlineData("/with://inside", "/with://inside")]
    [InlineData("http://primary.test/orders?x=1", "/orders?x=1")]
    [InlineData("HTTPS://primary.test:8443/a%2Fb", "/a%2Fb")]
    [InlineData("http://primary.test", "/")]
    [InlineData("http://primary.test?x=1", "/?x=1")]
    [InlineData("http:///orders", "/orders")]
    [InlineData("http://primary.test?next=/a", "/?next=/a")]
    [InlineData("http://primary.test/?u=http://other.test/", "/?u=http://other.test/")]
    public void Take_OfAnyTarget_GivesItsOriginForm(string rawTarget, string expected)
    {
        var context = new FakeServer { RawTarget = rawTarget, Path = "/decoded" }.CreateContext();

        Assert.Equal(expected, RequestSnapshot.Take(context).Target);
    }

    // What a client calls its content over HTTP/1.1 makes no call of it: the copy would be sent as HTTP/2 to a shadow that may not speak it.
    [Theory]
    [InlineData("HTTP/2", "application/grpc", true)]
    [InlineData("HTTP/3", "application/grpc+proto", true)]
    [InlineData("HTTP/2", "Application/GRPC;charset=x", true)]
    [InlineData("HTTP/2", "application/grpc-web", false)]
    [InlineData("HTTP/2", "application/json", false)]
    [InlineData("HTTP/1.1", "application/grpc", false)]
    [InlineData("HTTP/1.0", "application/grpc", false)]
    public void Take_OfAContentTypeAndAVersion_KnowsCallsOfGrpc(string protocol, string contentType, bool expected)
    {
        var context = new FakeServer { Protocol = protocol, Headers = { ContentType = contentType } }.CreateContext();

        Assert.Equal(expected, RequestSnapshot.Take(context).IsGrpc);
    }

    [Fact]
    public void Take_OfARepeatedField_IsNotChangedByTheApp()
    {
        var context = new FakeServer { Headers = { ["X-Hop"] = new[] { "b", "a" } } }.CreateContext();

        var taken = RequestSnapshot.Take(context);
        string?[] values = context.Request.Headers["X-Hop"]!;
        Array.Sort(values);
        values[0] = "changed";

        Assert.Equal("b,a", taken.Headers.Single(header => header.Key == "X-Hop").Value.ToString());
    }

    [Fact]
    public void Take_OfAPeer_IsThereOnlyWhenAskedFor()
    {
        var context = new FakeServer { Scheme = "https", Headers = { Host = "foo.com" } }.CreateContext();
        context.Connection.RemoteIpAddress = System.Net.IPAddress.Loopback;

        Assert.IsType<CapturedRequest>(RequestSnapshot.Take(context));
        var taken = Assert.IsType<CapturedRequestWithPeer>(RequestSnapshot.Take(context, withPeer: true));

        Assert.Equal(("https", System.Net.IPAddress.Loopback), (taken.Scheme, taken.PeerAddress));
        Assert.Equal("foo.com", Assert.Single(taken.Headers).Value);
    }

    [Fact]
    public void Take_OfAPeerThatTheServerDoesNotKnow_HasNone() =>
        Assert.Null(
            (
                (CapturedRequestWithPeer)RequestSnapshot.Take(new FakeServer().CreateContext(), withPeer: true)
            ).PeerAddress
        );

    [Theory]
    [InlineData("", "", "", "/")]
    [InlineData("", "/orders", "?x=1", "/orders?x=1")]
    [InlineData("/base", "/a b", "", "/base/a%20b")]
    [InlineData("/base", "", "?q", "/base?q")]
    public void Take_WithoutARawTarget_BuildsIt(string pathBase, string path, string query, string expected)
    {
        var context = new FakeServer
        {
            RawTarget = "",
            PathBase = pathBase,
            Path = path,
            QueryString = query,
        }.CreateContext();

        Assert.Equal(expected, RequestSnapshot.Take(context).Target);
    }

    [Fact]
    public void Take_OfARewrittenPath_KeepsTheTargetThatArrived()
    {
        var context = new FakeServer { RawTarget = "/arrived" }.CreateContext();
        context.Request.Path = "/rewritten";

        Assert.Equal("/arrived", RequestSnapshot.Take(context).Target);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("get")]
    [InlineData("PROPFIND")]
    public void Take_OfAMethod_KeepsItsSpelling(string method)
    {
        var context = new FakeServer { Method = method }.CreateContext();

        Assert.Equal(method, RequestSnapshot.Take(context).Method);
    }

    [Fact]
    public void Take_OfHeaders_IsIndependentOfTheLiveDictionary()
    {
        var context = new FakeServer().CreateContext();
        context.Request.Headers["X-One"] = "1";
        context.Request.Headers["X-Two"] = new[] { "a", "b" };

        var snapshot = RequestSnapshot.Take(context);
        context.Request.Headers["X-One"] = "changed";
        context.Request.Headers.Remove("X-Two");
        context.Request.Headers["X-Three"] = "new";

        Assert.Equal(
            [("X-One", "1"), ("X-Two", "a,b")],
            snapshot.Headers.Select(header => (header.Key, header.Value.ToString())).Order()
        );
    }

    [Fact]
    public void Take_WithoutHeaders_HasNone() =>
        Assert.Empty(RequestSnapshot.Take(new FakeServer().CreateContext()).Headers);

    [Fact]
    public void Take_WithoutATrace_HasNone() =>
        Assert.Equal(default, RequestSnapshot.Take(new FakeServer().CreateContext()).Trace);

    [Fact]
    public void Take_WithinATrace_RemembersIt()
    {
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();

        var snapshot = RequestSnapshot.Take(new FakeServer().CreateContext());

        Assert.Equal(activity.TraceId, snapshot.Trace.TraceId);
        Assert.Equal(activity.SpanId, snapshot.Trace.SpanId);
    }

    [Fact]
    public void Take_OfAHostWithoutRawTarget_Works()
    {
        var context = new DefaultHttpContext();
        context.Request.Path = "/orders";
        Assert.Equal("", context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

        Assert.Equal("/orders", RequestSnapshot.Take(context).Target);
    }
}
