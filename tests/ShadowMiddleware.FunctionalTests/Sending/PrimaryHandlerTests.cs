using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Sending;

/// <summary>Law 5 with a handler of the app's: what everybody pastes for a certificate of development brings cookies and redirects with it.</summary>
public sealed class PrimaryHandlerTests : FunctionalTest
{
    private const string Answer =
        "HTTP/1.1 302 Found\r\nSet-Cookie: sid=alice; Path=/\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";

    private static readonly Dictionary<string, Func<HttpMessageHandler>> Handlers = new(StringComparer.Ordinal)
    {
        ["HttpClientHandler"] = () => new HttpClientHandler(),
        ["SocketsHttpHandler"] = () => new SocketsHttpHandler(),
        ["derived"] = () => new Derived(),
        ["delegated"] = () => new Passing { InnerHandler = new HttpClientHandler() },
        ["delegated twice"] = () =>
            new Passing { InnerHandler = new Passing { InnerHandler = new SocketsHttpHandler() } },
    };

    public static TheoryData<string> Cases => [.. Handlers.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Copies_ThroughAHandlerOfTheApps_ShareNothingAndFollowNothing(string handler)
    {
        await using var shadow = RawShadow.Start(ShadowScripts.Answer(Answer));
        await using var environment = await StartAsync(shadow.Address, Handlers[handler]);

        foreach (var user in (string[])["alice", "bob"])
        {
            await environment.Primary.ExchangeAsync(RawRequest.Get($"/{user}"), Token);
            var copy = await shadow.NextAsync(Token);
            Assert.Equal($"GET /{user} HTTP/1.1", copy.StartLine);
            Assert.False(copy.Has("Cookie"));
            Assert.False(copy.Has("Accept-Encoding"));
            Assert.False(copy.Has("Request-Id"));
        }

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal("seen 2, completed.3xx 2", LedgerAssert.Describe(ledger));
        Assert.Equal(0, shadow.Received);
    }

    [Fact]
    public async Task Copies_WithACallbackForTheCertificate_AreSentWhenItAgrees()
    {
        var hosts = new List<string?>();
        await using var shadow = await new RecordingShadow
        {
            Certificate = TestCertificate.Instance,
            Handler = SampleApp.EchoAsync,
        }.StartAsync(Token);
        await using var environment = await StartAsync(
            shadow.Address,
            () =>
                new HttpClientHandler
                {
                    ServerCertificateCustomValidationCallback = (message, certificate, _, _) =>
                    {
                        hosts.Add(message.RequestUri?.Host);
                        return TestCertificate.Trust(certificate);
                    },
                }
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(ledger));
        Assert.Equal(new Uri(shadow.Address).Host, Assert.Single(hosts));
    }

    private Task<MirrorEnvironment> StartAsync(string address, Func<HttpMessageHandler> handler) =>
        new MirrorEnvironment
        {
            Shadows = { ["v2"] = address },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient("v2", client => client.ConfigurePrimaryHttpMessageHandler(handler)),
        }.StartAsync(Token);

    private sealed class Derived : HttpClientHandler;

    private sealed class Passing : DelegatingHandler;
}
