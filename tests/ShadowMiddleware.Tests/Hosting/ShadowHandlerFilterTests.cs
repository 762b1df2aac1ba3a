using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Hosting;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;
using ShadowMiddleware.Tests.Sending;

namespace ShadowMiddleware.Tests.Hosting;

/// <summary>Whoever made the handler that sends, copies share no cookies through it, and follow no redirects.</summary>
public sealed class ShadowHandlerFilterTests
{
    private readonly RecordingLogger<ShadowHandlerFilter> _logger = new();

    [Fact]
    public void PrimaryHandler_ThatIsAnHttpClientHandler_IsTakenOver()
    {
        var handler = new HttpClientHandler
        {
            SslProtocols = SslProtocols.Tls13,
            CheckCertificateRevocationList = true,
            MaxConnectionsPerServer = 9,
            ServerCertificateCustomValidationCallback = static (_, _, _, _) => true,
        };

        var sockets = Assert.IsType<SocketsHttpHandler>(Handlers(() => handler)[^1]);

        AssertSafe(sockets);
        Assert.Equal(SslProtocols.Tls13, sockets.SslOptions.EnabledSslProtocols);
        Assert.Equal(X509RevocationMode.Online, sockets.SslOptions.CertificateRevocationCheckMode);
        Assert.NotNull(sockets.SslOptions.RemoteCertificateValidationCallback);
        Assert.Equal(9, sockets.MaxConnectionsPerServer);
        Assert.Empty(_logger.Of(EventIds.UnknownPrimaryHandler));
    }

    [Fact]
    public void PrimaryHandler_ThatIsASocketsHttpHandler_IsSettled()
    {
        var handler = new SocketsHttpHandler();

        Assert.Same(handler, Handlers(() => handler)[^1]);

        AssertSafe(handler);
        Assert.Empty(_logger.Of(EventIds.UnknownPrimaryHandler));
    }

    [Fact]
    public void PrimaryHandler_BeneathDelegatingOnes_IsSettledBehindALookAtTheTarget()
    {
        var handlers = Handlers(() =>
            new Passing { InnerHandler = new Passing { InnerHandler = new HttpClientHandler() } }
        );

        AssertSafe(Assert.IsType<SocketsHttpHandler>(handlers[^1]));
        Assert.IsType<InnermostHandler>(handlers[^2]);
        Assert.Equal(2, handlers.OfType<Passing>().Count());
    }

    [Fact]
    public void PrimaryHandler_BehindHandlersOfTheClient_IsSettledBehindALookAtTheTarget()
    {
        var handlers = Handlers(
            () => new HttpClientHandler(),
            client => client.AddHttpMessageHandler(() => new Passing())
        );

        AssertSafe(Assert.IsType<SocketsHttpHandler>(handlers[^1]));
        Assert.IsType<InnermostHandler>(handlers[^2]);
    }

    [Fact]
    public void PrimaryHandler_ThatDerivesFromAKnownOne_IsIsolatedAndSaid()
    {
        var handler = Assert.IsType<Derived>(
            Handlers(() => new Derived { Credentials = CredentialCache.DefaultCredentials })[^1]
        );

        Assert.False(handler.UseCookies);
        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseProxy);
        Assert.Null(handler.Credentials);
        Assert.Equal(DecompressionMethods.None, handler.AutomaticDecompression);
        AssertSaid(typeof(Derived));
    }

    [Fact]
    public void PrimaryHandler_ThatIsUnknown_StaysAndIsSaidOnce()
    {
        var handler = new StubHandler();

        Assert.Same(handler, Handlers(() => handler)[^1]);

        AssertSaid(typeof(StubHandler));
    }

    [Fact]
    public void PrimaryHandler_WithAProxyOfItsOwn_KeepsIt()
    {
        var proxy = new WebProxy("http://proxy.test:8080");

        var handler = Assert.IsType<SocketsHttpHandler>(Handlers(() => new HttpClientHandler { Proxy = proxy })[^1]);

        Assert.True(handler.UseProxy);
        Assert.Same(proxy, handler.Proxy);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PrimaryHandler_ThatHasSent_IsAFaultThatSaysWhatToDo(bool isDelegated)
    {
        var sockets = Unconnected();
        HttpMessageHandler primary = isDelegated ? new Passing { InnerHandler = sockets } : sockets;
        await StartAsync(primary);

        var fault = Assert.Throws<InvalidOperationException>(() => Handlers(() => primary));

        Assert.Contains("'v2'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("ConfigurePrimaryHttpMessageHandler", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PrimaryHandler_ThatTwoShadowsShareAndOneHasUsed_ServesBoth(bool isDelegated)
    {
        var sockets = Unconnected();
        HttpMessageHandler primary = isDelegated ? new Passing { InnerHandler = sockets } : sockets;
        _ = Handlers(() => primary);
        await StartAsync(primary);

        Assert.Same(sockets, Handlers(() => primary)[^1]);
    }

    [Fact]
    public void PrimaryHandler_OfAnotherClient_IsLeftAlone()
    {
        using var services = Services(() => new HttpClientHandler(), client => client.Services.AddHttpClient("other"));

        var handlers = TestHosting.Handlers(
            services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("other")
        );

        Assert.NotSame(ShadowMeterFactory.Instance, Assert.IsType<SocketsHttpHandler>(handlers.Last()).MeterFactory);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Metrics_OfTheApp_HaveCopiesWhenTheConfigurationAtTheStartSaysSo(bool isIncluded)
    {
        using var services = TestHosting.Services(
            mirroring: builder =>
            {
                builder.ConfigureShadowClient("own", static _ => { });
                builder.ConfigureShadowClient(
                    "taken",
                    static client => client.ConfigurePrimaryHttpMessageHandler(static () => new HttpClientHandler())
                );
                builder.ConfigureShadowClient(
                    "derived",
                    static client => client.ConfigurePrimaryHttpMessageHandler(static () => new Derived())
                );
            },
            options: options =>
            {
                TestHosting.Mirror(options);
                options.IncludeInHttpClientMetrics = isIncluded;
            }
        );

        // The other way round: handlers that are made after a reload are like those that were there.
        var monitor = services.GetRequiredService<ConfigurationMonitor>();
        monitor.Replace(monitor.Current with { IncludeInHttpClientMetrics = !isIncluded });

        var factory = services.GetRequiredService<IHttpMessageHandlerFactory>();
        foreach (
            var name in (string[])
                [
                    ShadowClientNames.Default,
                    ShadowClientNames.Own("own"),
                    ShadowClientNames.Own("taken"),
                    ShadowClientNames.Own("derived"),
                ]
        )
        {
            var meters = TestHosting.Handlers(factory.CreateHandler(name)).Last() switch
            {
                SocketsHttpHandler sockets => sockets.MeterFactory,
                HttpClientHandler client => client.MeterFactory,
                var other => throw new NotSupportedException($"{other}"),
            };
            Assert.Equal(!isIncluded, ReferenceEquals(ShadowMeterFactory.Instance, meters));
        }
    }

    private static SocketsHttpHandler Unconnected() =>
        new() { ConnectCallback = static (_, _) => throw new NotSupportedException() };

    // A handler's settings are settled by its first request.
    private static async Task StartAsync(HttpMessageHandler handler)
    {
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        using var message = new HttpRequestMessage(HttpMethod.Get, "http://shadow.test/");
        await Assert.ThrowsAsync<HttpRequestException>(() => invoker.SendAsync(message, CancellationToken.None));
    }

    private HttpMessageHandler[] Handlers(Func<HttpMessageHandler> primary, Action<IHttpClientBuilder>? more = null)
    {
        using var services = Services(primary, more);
        return
        [
            .. TestHosting.Handlers(
                services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(ShadowClientNames.Own("v2"))
            ),
        ];
    }

    private ServiceProvider Services(Func<HttpMessageHandler> primary, Action<IHttpClientBuilder>? more) =>
        TestHosting.Services(
            before: services => services.AddSingleton<ILogger<ShadowHandlerFilter>>(_logger),
            mirroring: builder =>
                builder.ConfigureShadowClient(
                    "v2",
                    client =>
                    {
                        client.ConfigurePrimaryHttpMessageHandler(primary);
                        more?.Invoke(client);
                    }
                )
        );

    private void AssertSaid(Type handler)
    {
        var line = Assert.Single(_logger.Of(EventIds.UnknownPrimaryHandler));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("v2", line.Message, StringComparison.Ordinal);
        Assert.Contains(handler.Name, line.Message, StringComparison.Ordinal);
    }

    private static void AssertSafe(SocketsHttpHandler handler)
    {
        Assert.True(ShadowHandler.IsConfigured(handler));
        Assert.False(handler.UseProxy);
        Assert.Null(handler.ActivityHeadersPropagator);
        Assert.Same(ShadowMeterFactory.Instance, handler.MeterFactory);
        Assert.IsType<ShadowConnector>(handler.ConnectCallback?.Target);
    }

    private sealed class Passing : DelegatingHandler;

    private sealed class Derived : HttpClientHandler;
}
