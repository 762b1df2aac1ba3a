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
public sealed class ShapedRequestTests : IDisposable
{
    private const string Tag = "X-Shadow-Request";
    private readonly CountingMemoryPool _memory = new();
    private readonly BlockPool _pool;

    public ShapedRequestTests() => _pool = new BlockPool(new ByteBudget(1_000_000), _memory);

    public void Dispose()
    {
        _pool.Dispose();
        _memory.Dispose();
    }

    [Theory]
    [InlineData(HostHeaderMode.Original, "foo.com:80")]
    [InlineData(HostHeaderMode.OriginalWithShadowSuffix, "foo.com-shadow:80")]
    [InlineData(HostHeaderMode.Destination, null)]
    public void Create_WithAHostHeader_ChangesNothingButTheHost(HostHeaderMode mode, string? expected)
    {
        var message = Create(TestRequest.Get("/x", ("Host", "foo.com:80")), Shadow(host: mode));

        Assert.Equal(expected, message.Headers.Host);
        Assert.Equal("http://shadow.test/x", message.RequestUri!.OriginalString);
        Assert.Equal(HttpVersion.Version20, message.Version);
    }

    [Fact]
    public void Create_WithTheClientsHostOverTls_LeavesTheNameOfTheAddressToTls()
    {
        var shadow = Shadow(host: HostHeaderMode.Original) with { Address = "https://shadow.test:8443/base" };

        var message = Create(TestRequest.Get("/x", ("Host", "foo.com")), shadow);

        Assert.Equal("shadow.test:8443", message.Headers.Host);
        Assert.Equal("https://shadow.test:8443/base/x", message.RequestUri!.OriginalString);
        Assert.Equal(
            (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact),
            (message.Version, message.VersionPolicy)
        );
        var encoding = HostOverTls.Find("Host", message)!;
        Assert.Equal("foo.com"u8, encoding.GetBytes("shadow.test:8443"));
        Assert.Equal(7, encoding.GetByteCount("shadow.test:8443"));
        Assert.Null(HostOverTls.Find("X-Host", message));
        Assert.Null(HostOverTls.Find("Host", new HttpRequestMessage()));
    }

    [Fact]
    public void Create_OfGrpcWithTheClientsHostOverTls_IsRefused()
    {
        var shadow = Shadow(host: HostHeaderMode.Original) with { Address = "https://shadow.test" };
        var call = TestRequest.Create("POST", "/", [("Host", "foo.com")], isGrpc: true);

        Assert.Throws<NotSupportedException>(() => Create(call, shadow));
        Assert.Equal("foo.com", Create(call, shadow with { Address = "http://shadow.test" }).Headers.Host);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("fe80::1%7", "fe80::1")]
    [InlineData(null, "unknown")]
    public void Create_ThatForwards_AppendsPeerHostAndScheme(string? peer, string expected)
    {
        var message = Create(Peered(peer, ("Host", "foo.com:81")), Shadow(forwarded: ForwardedHeadersMode.Append));

        MessageAssert.Has(message, "X-Forwarded-For", expected);
        MessageAssert.Has(message, "X-Forwarded-Host", "foo.com:81");
        MessageAssert.Has(message, "X-Forwarded-Proto", "https");
    }

    [Fact]
    public void Create_ThatForwards_AppendsBehindWhatWasReceived()
    {
        var message = Create(
            Peered(
                "192.0.2.1",
                ("x-forwarded-for", new StringValues(["198.51.100.1", "198.51.100.2, 198.51.100.3"])),
                ("X-Forwarded-Host", "first.test"),
                ("X-Forwarded-Proto", ""),
                ("Host", "foo.com")
            ),
            Shadow(forwarded: ForwardedHeadersMode.Append)
        );

        MessageAssert.Has(message, "X-Forwarded-For", "198.51.100.1, 198.51.100.2, 198.51.100.3, 192.0.2.1");
        MessageAssert.Has(message, "X-Forwarded-Host", "first.test, foo.com");
        MessageAssert.Has(message, "X-Forwarded-Proto", "https");
    }

    [Fact]
    public void Create_ThatForwards_WithRemovedAndSetFields_StartsAnewAndGivesWay()
    {
        var shadow = Shadow(forwarded: ForwardedHeadersMode.Append) with
        {
            RemoveHeaders = TestShadow.Names("X-Forwarded-For"),
            SetHeaders = [new("x-forwarded-host", "set.test")],
        };

        var message = Create(
            Peered(
                "192.0.2.1",
                ("X-Forwarded-For", "forged"),
                ("X-Forwarded-Host", "forged"),
                ("X-Forwarded-Proto", "forged"),
                ("Connection", "X-Forwarded-Proto")
            ),
            shadow
        );

        MessageAssert.Has(message, "X-Forwarded-For", "192.0.2.1");
        MessageAssert.Has(message, "X-Forwarded-Host", "set.test");
        MessageAssert.Has(message, "X-Forwarded-Proto", "https");
    }

    [Fact]
    public void Create_ThatForwardsWithoutAHost_DoesNotSendWhatTheClientWroteForOne()
    {
        var message = Create(
            Peered("192.0.2.1", ("X-Forwarded-Host", "forged.test")),
            Shadow(forwarded: ForwardedHeadersMode.Append)
        );

        MessageAssert.HasNot(message, "X-Forwarded-Host");
        MessageAssert.Has(message, "X-Forwarded-For", "192.0.2.1");
    }

    [Theory]
    [InlineData("a.test, b.test")]
    [InlineData("a.test/x")]
    public void Create_ThatForwardsAHostThatIsNone_IsRefused(string host) =>
        Assert.Throws<NotSupportedException>(() =>
            Create(Peered("192.0.2.1", ("Host", host)), Shadow(forwarded: ForwardedHeadersMode.Append))
        );

    [Fact]
    public void Create_ThatForwardsWhatWasCapturedBeforeAReloadAskedForIt_IsRefused() =>
        Assert.Throws<NotSupportedException>(() =>
            Create(TestRequest.Get("/", ("Host", "foo.com")), Shadow(forwarded: ForwardedHeadersMode.Append))
        );

    [Fact]
    public void Create_WithARewrite_PutsTheAddressInFrontOfTheResult()
    {
        Assert.True(PathRewriteRules.TryCompile("^/api/(.*)$", out var pattern, out _));
        var shadow = Shadow(rewrite: new PathRewrite(pattern, "/v2/$1")) with { Address = "http://shadow.test/base" };

        Assert.Equal(
            "http://shadow.test/base/v2/a%2Fb?x=%41",
            Create(TestRequest.Get("/api/a%2Fb?x=%41"), shadow).RequestUri!.OriginalString
        );
    }

    [Fact]
    public void Create_WithTransforms_RunsThemInOrderAfterTheRest()
    {
        Assert.True(PathRewriteRules.TryCompile("^/a", out var pattern, out _));
        var shadow = Shadow(rewrite: new PathRewrite(pattern, "/b")) with
        {
            RemoveHeaders = TestShadow.Names("X-Removed"),
            SetHeaders = [new("X-Set", "set")],
        };
        var seen = new List<string>();

        var message = Create(
            TestRequest.Get("/a?q", ("X-Removed", "1"), ("X-Set", "0"), ("X-Kept", "1")),
            shadow,
            transforms:
            [
                request =>
                {
                    seen.AddRange(request.Headers.Select(header => $"{header.Key}={header.Value}"));
                    seen.Add(request.Path + request.Query);
                    request.Path += "/1";
                    request.Headers.Set("X-Set", "transformed");
                },
                request =>
                {
                    seen.Add(request.Path);
                    request.Path += "/2";
                    request.Query = "";
                    request.Method = "PURGE";
                    request.Headers.Remove("x-kept");
                },
            ]
        );

        Assert.Equal(["X-Kept=1", "X-Set=set", "/b?q", "/b/1"], seen);
        Assert.Equal("http://shadow.test/b/1/2", message.RequestUri!.OriginalString);
        Assert.Equal("PURGE", message.Method.Method);
        MessageAssert.Has(message, "X-Set", "transformed");
        MessageAssert.HasNot(message, "X-Kept");
        Assert.Single(MessageAssert.Field(message, Tag));
    }

    [Fact]
    public void Create_WithATransformThatChangesNothing_IsAsWithoutIt()
    {
        using var activity = new Activity("copy").SetIdFormat(ActivityIdFormat.W3C).Start();
        var shadow = Shadow(forwarded: ForwardedHeadersMode.Append, host: HostHeaderMode.Original) with
        {
            SetHeaders = [new("X-Set", "1"), new("Content-Language", "cs")],
            HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var request = Peered(
            "192.0.2.1",
            ("Host", "foo.com"),
            ("Cookie", new StringValues(["a=1", "b=2"])),
            ("TE", "trailers"),
            ("Content-Type", "text/plain"),
            ("User-Agent", "(not one")
        );

        string Text(params Action<MirroredRequest>[] transforms)
        {
            var message = Create(request, shadow, activity, transforms);
            var fields = message.Headers.NonValidated.Concat(message.Content!.Headers.NonValidated);
            return $"{message.Method} {message.RequestUri!.OriginalString} {message.Version} {message.VersionPolicy}\n"
                + string.Join(
                    '\n',
                    fields.Select(field => $"{field.Key}: {field.Value}").Order(StringComparer.Ordinal)
                );
        }

        Assert.Equal(Text(), Text(_ => { }));
        Assert.Contains("TE: trailers", Text(_ => { }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a?b#c")]
    [InlineData("/a#b?c")]
    [InlineData("/%zz//..?%")]
    [InlineData("/x?")]
    public void Create_WithATransformThatDoesNotTouchTheTarget_KeepsItByteForByte(string target) =>
        Assert.Equal(
            $"http://shadow.test{target}",
            Create(TestRequest.Get(target), transforms: [_ => { }]).RequestUri!.OriginalString
        );

    [Theory]
    [InlineData("", null)]
    [InlineData("new body", 8L)]
    public async Task Create_WithAReplacedBody_HasItsLength(string body, long? length)
    {
        var request = TestRequest.Post(_pool, "the old body"u8, ("Content-Length", "12"));

        var message = Create(request, transforms: [copy => copy.SetBody(System.Text.Encoding.UTF8.GetBytes(body))]);

        Assert.Equal(length, message.Content?.Headers.ContentLength);
        if (message.Content is not null)
        {
            Assert.Equal(body, await message.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        request.Release();
    }

    [Fact]
    public void Create_WithABodyAddedToAGet_HasItsLength()
    {
        var message = Create(
            TestRequest.Get(),
            transforms:
            [
                copy =>
                {
                    copy.Method = "POST";
                    copy.SetBody("abc"u8.ToArray());
                    copy.Headers.Set("Content-Type", "text/plain");
                },
            ]
        );

        Assert.Equal(3, message.Content!.Headers.ContentLength);
        MessageAssert.Has(message, "Content-Type", "text/plain");
    }

    [Fact]
    public void Create_WithATransformThatThrows_LeavesTheRequestAsItWas()
    {
        var request = TestRequest.Post(_pool, "body"u8, ("X-A", "1"));
        MirroredRequest? kept = null;

        Assert.Throws<InvalidOperationException>(() =>
            Create(
                request,
                transforms:
                [
                    copy =>
                    {
                        kept = copy;
                        copy.Headers.Remove("X-A");
                        copy.SetBody(default);
                        throw new InvalidOperationException("a transform of the app's");
                    },
                ]
            )
        );

        var other = Create(request, TestShadow.Named("other"));
        MessageAssert.Has(other, "X-A", "1");
        Assert.Equal(4, other.Content!.Headers.ContentLength);
        Assert.Throws<InvalidOperationException>(() => kept!.Path = "/late");
        request.Release();
    }

    [Fact]
    public void Create_WithAToken_NeverSendsTheUsers()
    {
        var shadow = Shadow(provider: _ => default);
        var request = TestRequest.Get("/", ("Authorization", "Bearer user"));

        MessageAssert.Has(Create(request, shadow, authorization: "Bearer ours"), "Authorization", "Bearer ours");
        MessageAssert.HasNot(Create(request, shadow), "Authorization");
    }

    private static CapturedRequestWithPeer Peered(string? peer, params (string Name, StringValues Values)[] headers) =>
        new()
        {
            Method = "GET",
            Target = "/",
            Headers = [.. headers.Select(header => KeyValuePair.Create(header.Name, header.Values))],
            Trace = default,
            PeerAddress = peer is null ? null : IPAddress.Parse(peer),
            Scheme = "https",
        };

    private static ShadowConfiguration Shadow(
        HostHeaderMode host = HostHeaderMode.Destination,
        ForwardedHeadersMode forwarded = ForwardedHeadersMode.None,
        PathRewrite? rewrite = null,
        Func<CancellationToken, ValueTask<BearerToken>>? provider = null
    ) =>
        TestShadow.Named() with
        {
            Shaping = new ShapingConfiguration
            {
                HostHeader = host,
                ForwardedHeaders = forwarded,
                RewritePath = rewrite,
                BearerTokenProvider = provider,
            },
        };

    private static MirroredRequestMessage Create(
        CapturedRequest request,
        ShadowConfiguration? shadow = null,
        Activity? activity = null,
        Action<MirroredRequest>[]? transforms = null,
        string? authorization = null
    ) =>
        MirroredRequestFactory.Create(
            request,
            shadow ?? TestShadow.Named(),
            Tag,
            new TraceFields(),
            activity,
            out _,
            transforms: transforms,
            authorization: authorization
        );
}
