using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;
using ShadowMiddleware.Tests.Diagnostics;

namespace ShadowMiddleware.Tests.Sending;

[Collection(Tracing.Name)]
public sealed class MirroredRequestFactoryTests : IDisposable
{
    private const string Tag = "X-Shadow-Request";
    private readonly CountingMemoryPool _memory = new();
    private readonly BlockPool _pool;

    public MirroredRequestFactoryTests() => _pool = new BlockPool(new ByteBudget(1_000_000), _memory);

    public void Dispose()
    {
        _pool.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public void Create_OfARequest_TakesMethodTargetAndFields()
    {
        var message = Create(TestRequest.Create("DELETE", "/orders/1?x=%41", [("Accept", "a/b;q=0.5"), ("X-A", "1")]));

        Assert.Same(HttpMethod.Delete, message.Method);
        Assert.Equal("http://shadow.test/orders/1?x=%41", message.RequestUri!.OriginalString);
        MessageAssert.Has(message, "Accept", "a/b;q=0.5");
        MessageAssert.Has(message, "X-A", "1");
    }

    [Theory]
    [InlineData("Connection", "keep-alive")]
    [InlineData("Keep-Alive", "timeout=5")]
    [InlineData("Proxy-Connection", "keep-alive")]
    [InlineData("Proxy-Authenticate", "Basic")]
    [InlineData("Proxy-Authorization", "Basic c2VjcmV0")]
    [InlineData("TE", "gzip")]
    [InlineData("Trailer", "X-After")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Upgrade", "h2c")]
    [InlineData("HTTP2-Settings", "AAMAAABk")]
    [InlineData("Expect", "100-continue")]
    [InlineData("Host", "primary.test")]
    [InlineData("Content-Length", "17")]
    [InlineData("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("tracestate", "vendor=1")]
    [InlineData(":authority", "primary.test")]
    public void Create_OfAFieldThatStaysBehind_LeavesItOutInAnySpelling(string name, string value)
    {
        foreach (var spelling in (string[])[name, name.ToLowerInvariant(), name.ToUpperInvariant()])
        {
            var message = Create(TestRequest.Get("/", (spelling, value)));

            Assert.Equal([Tag], message.Headers.NonValidated.Select(header => header.Key));
            Assert.Null(message.Content);
        }
    }

    [Theory]
    [InlineData("Authorization", "Bearer secret")]
    [InlineData("Cookie", "a=1; b=2")]
    [InlineData("baggage", "user=1")]
    [InlineData("Request-Id", "|abc.1.")]
    [InlineData("Correlation-Context", "user=1")]
    [InlineData("Proxy-Authentication-Info", "x")]
    [InlineData("Upgrade-Insecure-Requests", "1")]
    [InlineData("Alt-Svc", "h3")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("Forwarded", "for=1.2.3.4")]
    [InlineData("X-Forwarded-For", "1.2.3.4")]
    [InlineData("Accept-Encoding", "gzip, br")]
    [InlineData("User-Agent", "not/(a valid one")]
    [InlineData("If-None-Match", "no-quotes")]
    [InlineData("Range", "bytes=0-")]
    [InlineData("Date", "yesterday")]
    [InlineData("From", "nobody")]
    [InlineData("Referer", "::")]
    [InlineData("Server", "a response's field")]
    [InlineData("Set-Cookie", "a=1; path=/")]
    [InlineData("Priority", "u=1")]
    [InlineData("X-Text", "žluťoučký kůň")]
    [InlineData("X-Empty", "")]
    public void Create_OfAnyOtherField_CopiesItUnchanged(string name, string value)
    {
        var message = Create(TestRequest.Get("/", (name, value)));

        MessageAssert.Has(message, name, value);
        Assert.Null(message.Content);
    }

    [Theory]
    [InlineData("X-Hop")]
    [InlineData("x-hop")]
    [InlineData("keep-alive, X-Hop")]
    [InlineData(" X-Other ,\tX-HOP ")]
    [InlineData(",,X-Hop,")]
    public void Create_OfAFieldThatConnectionNames_LeavesItOut(string connection)
    {
        var message = Create(
            TestRequest.Get("/", ("X-Hop", "1"), ("Connection", connection), ("X-Hop-Not", "2"), ("X-Ho", "3"))
        );

        MessageAssert.HasNot(message, "X-Hop");
        MessageAssert.Has(message, "X-Hop-Not", "2");
        MessageAssert.Has(message, "X-Ho", "3");
    }

    [Fact]
    public void Create_OfConnectionInSeveralLines_ReadsThemAll()
    {
        var message = Create(
            TestRequest.Get("/", ("connection", Lines("X-One", "X-Two, X-Three")), ("X-One", "1"), ("X-Three", "3"))
        );

        MessageAssert.HasNot(message, "X-One");
        MessageAssert.HasNot(message, "X-Three");
    }

    [Fact]
    public void Create_OfConnectionThatNamesTagHostAndFraming_SendsThemAllTheSame()
    {
        var request = Post("body", ("Connection", $"{Tag}, Host, Content-Length, Transfer-Encoding"));

        var message = Create(request);

        Assert.Single(MessageAssert.Field(message, Tag));
        Assert.Equal(4, message.Content!.Headers.ContentLength);
        request.Release();
    }

    [Fact]
    public void Create_OfConnectionThatNamesASetHeader_SetsIt()
    {
        var shadow = Shadow(("X-Set", "ours"));

        var message = Create(TestRequest.Get("/", ("Connection", "X-Set"), ("X-Set", "theirs")), shadow);

        MessageAssert.Has(message, "X-Set", "ours");
    }

    [Fact]
    public void Create_WithRemoveHeaders_LeavesThemOutInAnySpelling()
    {
        var shadow = TestShadow.Named() with
        {
            RemoveHeaders = TestShadow.Names("Cookie", "authorization", "content-type"),
        };

        var message = Create(
            TestRequest.Get("/", ("cookie", "a"), ("Authorization", "b"), ("Content-Type", "c"), ("X-Keep", "d")),
            shadow
        );

        MessageAssert.HasNot(message, "Cookie");
        MessageAssert.HasNot(message, "Authorization");
        Assert.Null(message.Content);
        MessageAssert.Has(message, "X-Keep", "d");
    }

    [Fact]
    public void Create_WithSetHeaders_ReplacesAndAdds()
    {
        var shadow = Shadow(("authorization", "Bearer for-the-shadow"), ("X-New", "1"));

        var message = Create(TestRequest.Get("/", ("Authorization", "Bearer secret")), shadow);

        MessageAssert.Has(message, "Authorization", "Bearer for-the-shadow");
        MessageAssert.Has(message, "X-New", "1");
    }

    [Fact]
    public void Create_WithAHeaderBothRemovedAndSet_SetsIt()
    {
        var shadow = Shadow(("X-Both", "set")) with { RemoveHeaders = TestShadow.Names("X-Both") };

        MessageAssert.Has(Create(TestRequest.Get("/", ("X-Both", "came")), shadow), "X-Both", "set");
    }

    [Fact]
    public void Create_WithASetContentHeader_PutsItOnTheBody()
    {
        var request = Post("{}", ("Content-Type", "text/plain"));

        var message = Create(request, Shadow(("Content-Type", "application/json")));

        Assert.Equal("application/json", message.Content!.Headers.ContentType!.ToString());
        Assert.Equal(2, message.Content.Headers.ContentLength);
        request.Release();
    }

    [Fact]
    public void Create_OfRepeatedFields_CombinesThem()
    {
        var message = Create(
            TestRequest.Get(
                "/",
                ("X-A", Lines("1", "2,3", "4")),
                ("Accept", Lines("a/b", "c/d")),
                ("User-Agent", Lines("one/1", "two/2")),
                ("cookie", Lines("a=1", "b=2; c=3"))
            )
        );

        MessageAssert.Has(message, "X-A", "1, 2,3, 4");
        MessageAssert.Has(message, "Accept", "a/b, c/d");
        MessageAssert.Has(message, "User-Agent", "one/1, two/2");
        MessageAssert.Has(message, "Cookie", "a=1; b=2; c=3");
    }

    [Fact]
    public async Task Create_OfABody_SendsItsBytesWithTheirLength()
    {
        var bytes = Bytes.Of(9_000);
        var request = TestRequest.Post(
            _pool,
            bytes,
            ("Content-Type", "application/octet-stream"),
            ("Content-Encoding", "br"),
            ("Content-Length", "123"),
            ("Content-Language", Lines("cs", "en"))
        );

        var message = Create(request);

        Assert.Equal(9_000, message.Content!.Headers.ContentLength);
        Assert.Equal(bytes, await message.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        MessageAssert.Has(message, "Content-Type", "application/octet-stream");
        MessageAssert.Has(message, "Content-Encoding", "br");
        MessageAssert.Has(message, "Content-Language", "cs, en");
        request.Release();
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public void Create_WithoutABody_HasNoContent(string method) =>
        Assert.Null(Create(TestRequest.Create(method, "/", [("Content-Length", "0")])).Content);

    [Fact]
    public void Create_OfAnEmptyBody_HasNoContent()
    {
        var request = Post("");

        Assert.Null(Create(request).Content);
        request.Release();
    }

    [Theory]
    [InlineData("Content-Type", "application/json")]
    [InlineData("Content-Language", "cs")]
    [InlineData("Content-Disposition", "nonsense;;")]
    [InlineData("Expires", "never")]
    [InlineData("Allow", "GET")]
    public void Create_OfAContentFieldWithoutABody_KeepsTheField(string name, string value)
    {
        var message = Create(TestRequest.Get("/", (name, value)));

        MessageAssert.Has(message, name, value);
        Assert.Equal(0, message.Content!.Headers.ContentLength);
    }

    [Fact]
    public void Create_Always_TagsTheCopyOnce()
    {
        var request = TestRequest.Get("/", ("x-shadow-request", "forged;id=\"1\""));

        var message = Create(request);

        MessageAssert.Has(message, Tag, $"v2;id=\"{request.Id:x32}\"");
    }

    [Fact]
    public void Create_ForTwoShadows_SharesTheId()
    {
        var request = TestRequest.Get();

        MessageAssert.Has(Create(request, TestShadow.Named("a")), Tag, $"a;id=\"{request.Id:x32}\"");
        MessageAssert.Has(Create(request, TestShadow.Named("b-1")), Tag, $"b-1;id=\"{request.Id:x32}\"");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Create_OfGrpc_IsAlwaysExactlyHttp2(bool isGrpc)
    {
        var shadow = TestShadow.Named() with
        {
            HttpVersion = HttpVersion.Version11,
            HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        var message = Create(TestRequest.Create("POST", "/", [("TE", "trailers")], isGrpc: isGrpc), shadow);

        Assert.Equal(isGrpc ? HttpVersion.Version20 : HttpVersion.Version11, message.Version);
        Assert.Equal(HttpVersionPolicy.RequestVersionExact, message.VersionPolicy);
        Assert.Equal(isGrpc ? ["trailers"] : [], MessageAssert.Field(message, "TE"));
    }

    [Theory]
    [InlineData("1.1", true)]
    [InlineData("2.0", true)]
    [InlineData("2.0", false)]
    public void Create_WithAVersion_AsksForIt(string version, bool exact)
    {
        var policy = exact ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower;
        var shadow = TestShadow.Named() with { HttpVersion = Version.Parse(version), HttpVersionPolicy = policy };

        var message = Create(TestRequest.Get(), shadow);

        Assert.Equal(Version.Parse(version), message.Version);
        Assert.Equal(policy, message.VersionPolicy);
    }

    [Theory]
    [InlineData("trailers", "2.0", true, true)]
    [InlineData("Trailers", "2.0", true, true)]
    [InlineData("deflate;q=0.5, trailers", "2.0", true, true)]
    [InlineData("deflate", "2.0", true, false)]
    [InlineData("trailers-not", "2.0", true, false)]
    [InlineData("trailers", "2.0", false, false)]
    [InlineData("trailers", "1.1", true, false)]
    public void Create_OfTe_SendsTrailersOnHttp2Only(string te, string version, bool exact, bool expected)
    {
        var shadow = TestShadow.Named() with
        {
            HttpVersion = Version.Parse(version),
            HttpVersionPolicy = exact ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
        };

        var message = Create(TestRequest.Get("/", ("te", te)), shadow);

        Assert.Equal(expected ? ["trailers"] : [], MessageAssert.Field(message, "TE"));
    }

    [Fact]
    public void Create_WithAnActivity_SendsItsTraceInsteadOfTheClients()
    {
        using var activity = new Activity("copy").SetIdFormat(ActivityIdFormat.W3C);
        activity.TraceStateString = "ours=1";
        activity.Start();
        var request = TestRequest.Get(
            "/",
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            ("tracestate", "theirs=1")
        );

        var message = Create(request, activity: activity);

        MessageAssert.Has(message, "traceparent", activity.Id!);
        MessageAssert.Has(message, "tracestate", "ours=1");
    }

    [Fact]
    public void Create_WithAnActivityAndASetTraceparent_SendsOneOnly()
    {
        const string set = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        using var activity = new Activity("copy").SetIdFormat(ActivityIdFormat.W3C).Start();

        var message = Create(TestRequest.Get(), Shadow(("Traceparent", set)), activity);

        MessageAssert.Has(message, "traceparent", set);
    }

    [Fact]
    public void Create_OfAMethodInOtherLetters_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => Create(TestRequest.Create("get", "/", [])));

    [Fact]
    public void Create_OfAFieldNameThatIsNone_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => Create(TestRequest.Get("/", ("X Y", "1"))));

    [Theory]
    [InlineData("a\r\nX-Injected: 1")]
    [InlineData("a\nX-Injected: 1")]
    [InlineData("a\0b")]
    public void Create_OfAValueThatWouldBreakOut_IsRefused(string value) =>
        Assert.Throws<NotSupportedException>(() => Create(TestRequest.Get("/", ("X-A", value))));

    private static ShadowConfiguration Shadow(params (string Name, string Value)[] setHeaders) =>
        TestShadow.Named() with
        {
            SetHeaders = [.. setHeaders.Select(header => KeyValuePair.Create(header.Name, header.Value))],
        };

    private static StringValues Lines(params string[] lines) => lines;

    private static MirroredRequestMessage Create(
        CapturedRequest request,
        ShadowConfiguration? shadow = null,
        Activity? activity = null
    ) => MirroredRequestFactory.Create(request, shadow ?? TestShadow.Named(), Tag, new TraceFields(), activity, out _);

    private CapturedRequest Post(string body, params (string Name, StringValues Values)[] headers) =>
        TestRequest.Post(_pool, System.Text.Encoding.UTF8.GetBytes(body), headers);
}
