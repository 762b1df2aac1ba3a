using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.FunctionalTests.Copy;

namespace ShadowMiddleware.FunctionalTests.Shaping;

public sealed class HostHeaderTests : CopyTest
{
    private const string Key = "Shadows:v2:HostHeader";

    [Theory]
    [InlineData("Original", "foo.com:80", "foo.com:80")]
    [InlineData("Original", "FOO.com", "FOO.com")]
    [InlineData("Original", "[::1]:99", "[::1]:99")]
    [InlineData("OriginalWithShadowSuffix", "foo.com:80", "foo.com-shadow:80")]
    [InlineData("OriginalWithShadowSuffix", "foo.com", "foo.com-shadow")]
    [InlineData("OriginalWithShadowSuffix", "10.0.0.1:80", "10.0.0.1:80")]
    [InlineData("OriginalWithShadowSuffix", "[::1]:99", "[::1]:99")]
    public async Task Copy_WithTheClientsHost_CarriesItAndGoesToTheAddress(string mode, string host, string expected)
    {
        var copy = await CopyAsync(RawRequest.Get("/x", $"Host: {host}"), app: null, (Key, mode));

        Assert.Equal("GET /x HTTP/1.1", copy.StartLine);
        Assert.Equal(expected, Assert.Single(copy.Fields, field => field.Key == "Host").Value);
    }

    [Theory]
    [InlineData("orders.internal", "foo.com:80", "orders.internal")]
    [InlineData("{host}.uat.example.com", "foo.com:80", "foo.com.uat.example.com")]
    [InlineData("{host}:8081", "[::1]:99", "[::1]:8081")]
    public async Task Copy_WithATemplate_CarriesWhatItMakesAndGoesToTheAddress(
        string template,
        string host,
        string expected
    )
    {
        var copy = await CopyAsync(RawRequest.Get("/x", $"Host: {host}"), app: null, ($"{Key}Template", template));

        Assert.Equal("GET /x HTTP/1.1", copy.StartLine);
        Assert.Equal(expected, Assert.Single(copy.Fields, field => field.Key == "Host").Value);
    }

    [Fact]
    public async Task Copy_WithTheClientsHost_DiffersInNothingElse()
    {
        var request = RawRequest.Build("POST", "/a%2Fb/../c?x=%41", ["X-One: 1", "Cookie: a=1"], [1, 2, 3]);

        var with = await CopyAsync(request, app: null, (Key, "Original"));
        var without = await CopyAsync(request);

        static string[] Comparable(RawMessage copy) =>
            [
                copy.StartLine,
                .. copy
                    .Fields.Where(field => field.Key is not ("Host" or "X-Shadow-Request"))
                    .Select(field => $"{field.Key}: {field.Value}")
                    .Order(StringComparer.Ordinal),
                Convert.ToHexString(copy.Body),
            ];
        Assert.Equal(Comparable(without), Comparable(with));
    }

    // Whatever the server thinks of it: the copy goes to the shadow, or nowhere.
    [Theory]
    [InlineData("/x", "user@elsewhere.example")]
    [InlineData("/x", "elsewhere.example/y")]
    [InlineData("/x", "one.example, two.example")]
    [InlineData("/x", "one.example\r\nHost: two.example")]
    [InlineData("/x", "")]
    [InlineData("/x", "elsewhere.example:99999")]
    [InlineData("/x", "elsewhere.example:")]
    [InlineData("http://elsewhere.example:99/x", "elsewhere.example:99")]
    [InlineData("http://elsewhere.example/x", "primary.example")]
    public async Task Copy_WithAnyHost_GoesToTheAddressOrNowhere(string target, string host)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { [Key] = "Original" },
        }.StartAsync(Token);

        var response = await environment.Primary.ExchangeAsync(RawRequest.Get(target, $"Host: {host}"), Token);
        var ledger = LedgerAssert.Describe(await environment.WaitUntilSettledAsync(Token));

        if (response.Status != 200)
        {
            Assert.Equal(NothingSeen, ledger);
        }
        else if (shadow.Received == 0)
        {
            Assert.Equal("seen 1, dropped.transform_failed 1", ledger);
        }
        else
        {
            Assert.Equal("seen 1, completed.2xx 1", ledger);
            Assert.Equal(host, (await shadow.NextAsync(Token)).Value("Host"));
        }
    }

    [Fact]
    public async Task Copy_WithoutAHost_IsDropped()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { [Key] = "Original" },
        }.StartAsync(Token);

        var response = await environment.Primary.ExchangeAsync("GET /x HTTP/1.0\r\n\r\n"u8.ToArray(), Token);

        Assert.Equal(200, response.Status);
        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.transform_failed 1", Token);
        Assert.Equal(0, shadow.Connections);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, HttpProtocols.Http2)]
    [InlineData(HttpProtocols.Http2, HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2, HttpProtocols.Http2)]
    public async Task Copy_OverHttp2_HasTheHostAsItsAuthority(HttpProtocols protocolIn, HttpProtocols protocolOut)
    {
        await using var shadow = await new RecordingShadow { Protocols = protocolOut }.StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Protocols = protocolIn,
            Shadows = { ["v2"] = shadow.Address },
            Settings =
            {
                [Key] = "OriginalWithShadowSuffix",
                ["Shadows:v2:HttpVersion"] = protocolOut == HttpProtocols.Http2 ? "2" : "1.1",
            },
        }.StartAsync(Token);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/x")
        {
            Version = environment.Client.DefaultRequestVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { Host = "foo.com:81" },
        };
        using var response = await environment.Client.SendAsync(request, Token);
        var copy = await shadow.NextAsync(Token);

        Assert.Equal("foo.com-shadow:81", copy.Host);
        Assert.Equal(protocolOut == HttpProtocols.Http2 ? "HTTP/2" : "HTTP/1.1", copy.Protocol);
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(await environment.WaitUntilSettledAsync(Token)));
    }

    // TLS asks for the name of the address and checks that, or a client would choose whose certificate the shadow has to show. All hosts share connections, or
    // a client could fill them.
    [Fact]
    public async Task Copy_OverTls_CarriesTheHostAndChecksTheNameOfTheAddress()
    {
        await using var shadow = await new RecordingShadow
        {
            Protocols = HttpProtocols.Http1AndHttp2,
            Certificate = TestAuthority.Good,
        }.StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { [Key] = "Original" },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient(
                    "v2",
                    client => client.UseSocketsHttpHandler((handler, _) => TestAuthority.Trust(handler))
                ),
        }.StartAsync(Token);

        var connections = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            var host = $"host-{i}.example:8{i}";
            var body = new byte[i * 1000];
            await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [$"Host: {host}"], body), Token);
            var copy = await shadow.NextAsync(Token);
            await environment.WaitUntilSettledAsync(Token);

            Assert.Equal((host, "HTTP/1.1", body.Length), (copy.Host, copy.Protocol, copy.Body.Length));
            connections.Add(copy.ConnectionId);
        }

        Assert.Single(connections);
        await environment.WaitUntilLedgerIsAsync("seen 5, completed.2xx 5", Token);
    }

    [Fact]
    public async Task Reload_OfTheHostHeader_TakesEffectOnTheNextCopy()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        var before = await shadow.NextAsync(Token);
        environment.Reload((Key, "Original"));
        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);

        Assert.Equal($"127.0.0.1:{shadow.Port}", before.Value("Host"));
        Assert.Equal(RawRequest.Host, (await shadow.NextAsync(Token)).Value("Host"));
    }
}
