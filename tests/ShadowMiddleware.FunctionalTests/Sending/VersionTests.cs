using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Sending;

public sealed class VersionTests : FunctionalTest
{
    [Theory]
    [InlineData(null, false, HttpProtocols.Http1, "HTTP/1.1")]
    [InlineData("1.1", false, HttpProtocols.Http1, "HTTP/1.1")]
    [InlineData("2", false, HttpProtocols.Http2, "HTTP/2")]
    [InlineData(null, true, HttpProtocols.Http1AndHttp2, "HTTP/2")]
    [InlineData(null, true, HttpProtocols.Http1, "HTTP/1.1")]
    [InlineData("1.1", true, HttpProtocols.Http1AndHttp2, "HTTP/1.1")]
    [InlineData("2", true, HttpProtocols.Http1AndHttp2, "HTTP/2")]
    public async Task Send_VersionAndScheme_ReachTheShadowAsConfigured(
        string? version,
        bool tls,
        HttpProtocols protocols,
        string expected
    )
    {
        await using var shadow = await new RecordingShadow
        {
            Protocols = protocols,
            Certificate = tls ? TestCertificate.Instance : null,
        }.StartAsync(Token);
        await using var environment = await StartAsync(shadow, version);

        await PostAsync(environment, HttpProtocols.Http1);
        var copy = await shadow.NextAsync(Token);

        Assert.Equal(expected, copy.Protocol);
        AssertIsThePost(copy);
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(await environment.WaitUntilSettledAsync(Token)));
    }

    [Theory]
    [InlineData(HttpProtocols.Http2, false, null)]
    [InlineData(HttpProtocols.Http2, false, "2")]
    [InlineData(HttpProtocols.Http2, true, null)]
    [InlineData(HttpProtocols.Http1, true, null)]
    public async Task Send_AnyProtocolIn_CopyIsTheSame(HttpProtocols protocolIn, bool tls, string? version)
    {
        await using var shadow = await new RecordingShadow
        {
            Protocols = version == "2" ? HttpProtocols.Http2 : HttpProtocols.Http1,
        }.StartAsync(Token);
        await using var environment = await StartAsync(
            shadow,
            version,
            protocolIn,
            tls ? TestCertificate.Instance : null
        );

        await PostAsync(environment, protocolIn);
        var copy = await shadow.NextAsync(Token);

        AssertIsThePost(copy);
        Assert.Equal(version == "2" ? "HTTP/2" : "HTTP/1.1", copy.Protocol);
        Assert.Equal("http", copy.Scheme);
        Assert.DoesNotContain(copy.Headers, header => header.Key.StartsWith(':'));
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(await environment.WaitUntilSettledAsync(Token)));
    }

    [Theory]
    [InlineData("2", false, HttpProtocols.Http2, "trailers")]
    [InlineData("2", true, HttpProtocols.Http1AndHttp2, "trailers")]
    [InlineData("1.1", false, HttpProtocols.Http1, null)]
    [InlineData(null, false, HttpProtocols.Http1, null)]
    [InlineData(null, true, HttpProtocols.Http1, null)]
    [InlineData(null, true, HttpProtocols.Http1AndHttp2, null)]
    public async Task Send_TeTrailers_IsSentAgainWhereHttp2IsCertain(
        string? version,
        bool tls,
        HttpProtocols protocols,
        string? expected
    )
    {
        await using var shadow = await new RecordingShadow
        {
            Protocols = protocols,
            Certificate = tls ? TestCertificate.Instance : null,
        }.StartAsync(Token);
        await using var environment = await StartAsync(shadow, version, HttpProtocols.Http2);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/x")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TE.ParseAdd("trailers");
        using var response = await environment.Client.SendAsync(request, Token);
        var copy = await shadow.NextAsync(Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, copy.Headers.TryGetValue("TE", out var te) ? te.ToString() : null);
        Assert.False(copy.Headers.ContainsKey("Connection"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1.1")]
    public async Task Send_Grpc_IsAlwaysHttp2(string? version)
    {
        await using var shadow = await new RecordingShadow { Protocols = HttpProtocols.Http2 }.StartAsync(Token);
        await using var environment = await StartAsync(shadow, version, HttpProtocols.Http2);

        using var content = new ByteArrayContent([0, 0, 0, 0, 1, 42])
        {
            Headers = { { "Content-Type", "application/grpc" } },
        };
        using var response = await environment.Client.PostAsync("/orders.Orders/Get", content, Token);
        var copy = await shadow.NextAsync(Token);

        Assert.Equal("HTTP/2", copy.Protocol);
        Assert.Equal([0, 0, 0, 0, 1, 42], copy.Body);
        Assert.Equal("application/grpc", copy.Headers["Content-Type"]);
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(await environment.WaitUntilSettledAsync(Token)));
    }

    [Fact]
    public async Task Send_ManyCopiesOverHttp2_AllArriveWhole()
    {
        await using var shadow = await new RecordingShadow { Protocols = HttpProtocols.Http2 }.StartAsync(Token);
        await using var environment = await StartAsync(shadow, "2", HttpProtocols.Http2);
        var bodies = Enumerable.Range(0, 60).Select(i => SampleApp.NewOrderJson(100 + (i * 1000))).ToArray();

        await Task.WhenAll(
            bodies.Select(async body =>
            {
                using var content = new ByteArrayContent(body);
                using var response = await environment.Client.PostAsync("/x", content, Token);
                Assert.Equal($"read {body.Length}", await response.Content.ReadAsStringAsync(Token));
            })
        );

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal("seen 60, completed.2xx 60", LedgerAssert.Describe(ledger));

        var copies = new List<byte[]>();
        while (copies.Count < bodies.Length)
        {
            copies.Add((await shadow.NextAsync(Token)).Body);
        }

        Assert.All(copies.OrderBy(copy => copy.Length).Zip(bodies), pair => Assert.Equal(pair.Second, pair.First));
    }

    private async Task<MirrorEnvironment> StartAsync(
        RecordingShadow shadow,
        string? version,
        HttpProtocols protocolIn = HttpProtocols.Http1,
        X509Certificate2? certificate = null
    ) =>
        await new MirrorEnvironment
        {
            Protocols = protocolIn,
            Certificate = certificate,
            Shadows = { ["v2"] = shadow.Address },
            ConfigureOptions = options => options.Shadows["v2"].HttpVersion = version,
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient(
                    "v2",
                    client =>
                        client.UseSocketsHttpHandler(
                            (handler, _) =>
                                handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                                    TestCertificate.Trust(certificate)
                        )
                ),
        }.StartAsync(Token);

    private async Task PostAsync(MirrorEnvironment environment, HttpProtocols protocolIn)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, RawUri(environment, "/orders%2F1?x=%41"))
        {
            Version = protocolIn == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(SampleApp.NewOrderJson(50_000))
            {
                Headers = { { "Content-Type", "application/json" } },
            },
        };
        request.Headers.TryAddWithoutValidation("Cookie", "a=1; b=2");
        request.Headers.TryAddWithoutValidation("X-Repeat", ["1", "2"]);

        using var response = await environment.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static Uri RawUri(MirrorEnvironment environment, string target) =>
        new(
            environment.Primary.Address.GetLeftPart(UriPartial.Authority) + target,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );

    private static void AssertIsThePost(RecordedRequest copy)
    {
        Assert.Equal("POST", copy.Method);
        Assert.Equal("/orders%2F1?x=%41", copy.Target);
        Assert.Equal(SampleApp.NewOrderJson(50_000), copy.Body);
        Assert.Equal("application/json", copy.Headers["Content-Type"]);
        Assert.Equal("a=1; b=2", copy.Headers["Cookie"]);
        Assert.Equal("1, 2", string.Join(", ", copy.Headers["X-Repeat"].ToArray()));
        Assert.StartsWith("v2;id=", copy.Headers["X-Shadow-Request"].ToString(), StringComparison.Ordinal);
    }
}
