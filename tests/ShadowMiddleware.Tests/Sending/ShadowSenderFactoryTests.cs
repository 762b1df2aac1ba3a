using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

/// <summary>What an app has configured for a shadow's client stays in force, whichever way the copies go.</summary>
public sealed class ShadowSenderFactoryTests
{
    private readonly TestTimeProvider _time = new();

    [Fact]
    public async Task Send_WithHeadersOfTheClient_CarriesThem()
    {
        using var handler = new StubHandler();

        await SendAsync(
            handler,
            client => client.ConfigureHttpClient(http => http.DefaultRequestHeaders.Add("X-Key", "k1"))
        );

        MessageAssert.Has(Assert.Single(handler.Requests), "X-Key", "k1");
    }

    [Fact]
    public async Task Send_WithATimeLimitOfTheClient_EndsByIt()
    {
        using var handler = StubHandler.Hanging();

        var ledger = await SendAsync(
            handler,
            client => client.ConfigureHttpClient(http => http.Timeout = TimeSpan.FromMilliseconds(50))
        );

        LedgerAssert.Only(ledger.Failed, "timeout", 1);
    }

    [Fact]
    public async Task Send_WithAHandlerOfTheApps_PassesIt()
    {
        using var handler = new StubHandler();

        await SendAsync(handler, client => client.AddHttpMessageHandler(() => new StampingHandler()));

        MessageAssert.Has(Assert.Single(handler.Requests), "X-Stamp", "s1");
    }

    private async Task<ShadowLedger> SendAsync(StubHandler primary, Action<IHttpClientBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_time);
        services
            .AddTrafficMirroring(options => options.MirrorTo("http://shadow.invalid"))
            .ConfigureShadowClient(
                "shadow",
                client => configure(client.ConfigurePrimaryHttpMessageHandler(() => primary))
            );
        await using var provider = services.BuildServiceProvider();
        var shadow = TestShadow.Named("shadow");
        var account = TestAccount.Accepted();

        await provider
            .GetRequiredService<IShadowSenderFactory>()
            .Create(shadow, account)
            .SendAsync(TestRequest.Get(), shadow, "X-Shadow-Request", CancellationToken.None);
        return LedgerAssert.Settled(account);
    }

    private sealed class StampingHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            request.Headers.Add("X-Stamp", "s1");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
