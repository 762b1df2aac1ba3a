using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Tests.Hosting;

public sealed class ShadowClientRegistrationTests
{
    private static readonly string Own = ShadowClientNames.Own("v2");

    [Fact]
    public void Default_HasTheHandlersSettingsAndNothingElse()
    {
        using var services = TestHosting.Services();

        var handlers = Handlers(services, ShadowClientNames.Default);

        var sockets = Assert.IsType<SocketsHttpHandler>(handlers[^1]);
        AssertConfigured(sockets);
        Assert.Single(handlers[..^1]);
        var client = Client(services, ShadowClientNames.Default);
        Assert.Equal(Timeout.InfiniteTimeSpan, client.Timeout);
        Assert.Empty(client.DefaultRequestHeaders);
    }

    [Fact]
    public void ConfigureShadowClient_MakesAClientOfItsOwnWithTheSameSettings()
    {
        using var services = TestHosting.Services(mirroring: builder =>
            builder.ConfigureShadowClient("v2", client => client.AddHttpMessageHandler(() => new Marker("added")))
        );

        var handlers = Handlers(services, Own);

        AssertConfigured(Assert.IsType<SocketsHttpHandler>(handlers[^1]));
        Assert.Equal(["added"], Markers(handlers));
        Assert.Empty(Markers(Handlers(services, ShadowClientNames.Default)));
        Assert.Equal(Timeout.InfiniteTimeSpan, Client(services, Own).Timeout);
        Assert.Equal(["v2"], services.GetRequiredService<ShadowClientNames>().Configured);
    }

    [Fact]
    public void ConfigureShadowClient_CalledTwice_ComposesAndClearsNothing()
    {
        using var services = TestHosting.Services(mirroring: builder =>
            builder
                .ConfigureShadowClient("v2", client => client.AddHttpMessageHandler(() => new Marker("one")))
                .ConfigureShadowClient("v2", client => client.AddHttpMessageHandler(() => new Marker("two")))
        );

        Assert.Equal(["one", "two"], Markers(Handlers(services, Own)));
    }

    [Fact]
    public void ConfigureShadowClient_OfTheHandler_ChangesTheConfiguredOne()
    {
        using var services = TestHosting.Services(mirroring: builder =>
            builder.ConfigureShadowClient(
                "v2",
                client => client.UseSocketsHttpHandler((handler, _) => handler.MaxConnectionsPerServer = 7)
            )
        );

        var sockets = Assert.IsType<SocketsHttpHandler>(Handlers(services, Own)[^1]);

        Assert.Equal(7, sockets.MaxConnectionsPerServer);
        Assert.False(sockets.UseCookies);
    }

    [Fact]
    public void ConfigureShadowClient_OfTheWayToConnect_IsTheOneThatIsUsed()
    {
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> own = (_, _) =>
            throw new NotSupportedException();
        using var services = TestHosting.Services(mirroring: builder =>
            builder.ConfigureShadowClient(
                "v2",
                client => client.UseSocketsHttpHandler((handler, _) => handler.ConnectCallback = own)
            )
        );

        var sockets = Assert.IsType<SocketsHttpHandler>(Handlers(services, Own)[^1]);

        Assert.Same(own, sockets.ConnectCallback);
    }

    [Fact]
    public void ConfigureShadowClient_OfTheClient_ComesLast()
    {
        using var services = TestHosting.Services(mirroring: builder =>
            builder.ConfigureShadowClient(
                "v2",
                client => client.ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(3))
            )
        );

        Assert.Equal(TimeSpan.FromSeconds(3), Client(services, Own).Timeout);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Defaults_OfTheAppsClients_DoNotReachAShadow(bool before)
    {
        using var services = TestHosting.Services(
            before: collection =>
            {
                if (before)
                {
                    SetDefaults(collection);
                }
            },
            mirroring: builder =>
            {
                builder.ConfigureShadowClient("v2", _ => { });
                if (!before)
                {
                    SetDefaults(builder.Services);
                }
            }
        );

        foreach (var name in (string[])[ShadowClientNames.Default, Own])
        {
            var handlers = Handlers(services, name);
            Assert.Empty(Markers(handlers));
            AssertConfigured(Assert.IsType<SocketsHttpHandler>(handlers[^1]));
            var client = Client(services, name);
            Assert.Equal(Timeout.InfiniteTimeSpan, client.Timeout);
            Assert.Empty(client.DefaultRequestHeaders);
        }

        Assert.Equal(["default"], Markers(Handlers(services, "the app's")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Defaults_OfTheAppsHandlers_DoNotReachAShadow(bool before)
    {
        using var services = TestHosting.Services(
            before: collection =>
            {
                if (before)
                {
                    SetHandlerDefaults(collection);
                }
            },
            mirroring: builder =>
            {
                if (!before)
                {
                    SetHandlerDefaults(builder.Services);
                }
            }
        );

        var sockets = Assert.IsType<SocketsHttpHandler>(Handlers(services, ShadowClientNames.Default)[^1]);

        AssertConfigured(sockets);
        Assert.Null(sockets.Credentials);
        Assert.Null(sockets.SslOptions.RemoteCertificateValidationCallback);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void OptionsOfAllOfTheAppsClients_DoNotReachAShadow(bool before, bool afterwards)
    {
        using var services = TestHosting.Services(
            before: collection =>
            {
                if (before)
                {
                    SetOptions(collection, afterwards);
                }
            },
            mirroring: builder =>
            {
                builder.ConfigureShadowClient("v2", client => client.AddHttpMessageHandler(() => new Marker("own")));
                if (!before)
                {
                    SetOptions(builder.Services, afterwards);
                }
            }
        );

        Assert.Empty(Markers(Handlers(services, ShadowClientNames.Default)));
        Assert.Equal(["own"], Markers(Handlers(services, Own)));
        foreach (var name in (string[])[ShadowClientNames.Default, Own])
        {
            var client = Client(services, name);
            Assert.Equal(Timeout.InfiniteTimeSpan, client.Timeout);
            Assert.Empty(client.DefaultRequestHeaders);
        }

        Assert.Equal(["option"], Markers(Handlers(services, "the app's")));
        Assert.Equal(TimeSpan.FromSeconds(1), Client(services, "the app's").Timeout);
    }

    [Fact]
    public void AddTrafficMirroring_CalledTwice_ConfiguresTheClientOnce()
    {
        using var services = TestHosting.Services(before: collection => collection.AddTrafficMirroring(_ => { }));

        Assert.Single(services.GetServices<ShadowClientNames>());
        AssertConfigured(Assert.IsType<SocketsHttpHandler>(Handlers(services, ShadowClientNames.Default)[^1]));
    }

    private static void SetDefaults(IServiceCollection services) =>
        services.ConfigureHttpClientDefaults(client =>
            client
                .AddHttpMessageHandler(() => new Marker("default"))
                .ConfigureHttpClient(http =>
                {
                    http.Timeout = TimeSpan.FromSeconds(1);
                    http.DefaultRequestHeaders.Add("X-Default", "1");
                })
        );

    private static void SetOptions(IServiceCollection services, bool afterwards)
    {
        if (afterwards)
        {
            services.PostConfigureAll<HttpClientFactoryOptions>(Set);
        }
        else
        {
            services.ConfigureAll<HttpClientFactoryOptions>(Set);
        }

        static void Set(HttpClientFactoryOptions options)
        {
            options.HttpMessageHandlerBuilderActions.Add(handlers =>
                handlers.AdditionalHandlers.Add(new Marker("option"))
            );
            options.HttpClientActions.Add(http =>
            {
                http.Timeout = TimeSpan.FromSeconds(1);
                http.DefaultRequestHeaders.Add("X-Option", "1");
            });
        }
    }

    private static void SetHandlerDefaults(IServiceCollection services) =>
        services.ConfigureHttpClientDefaults(client =>
            client.UseSocketsHttpHandler(
                (handler, _) =>
                {
                    handler.UseCookies = true;
                    handler.Credentials = new NetworkCredential("user", "password");
                    handler.ConnectCallback = (_, _) => throw new NotSupportedException();
                    handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
                }
            )
        );

    private static HttpMessageHandler[] Handlers(IServiceProvider services, string name) =>
        [.. TestHosting.Handlers(services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name))];

    private static HttpClient Client(IServiceProvider services, string name) =>
        services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    private static IEnumerable<string> Markers(HttpMessageHandler[] handlers) =>
        handlers.OfType<Marker>().Select(marker => marker.Name);

    private static void AssertConfigured(SocketsHttpHandler handler)
    {
        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseCookies);
        Assert.False(handler.UseProxy);
        Assert.Null(handler.ActivityHeadersPropagator);
        Assert.Equal(ShadowHandler.ConnectTimeout, handler.ConnectTimeout);
        Assert.IsType<ShadowConnector>(handler.ConnectCallback?.Target);
    }

    private sealed class Marker(string name) : DelegatingHandler
    {
        public string Name => name;
    }
}
