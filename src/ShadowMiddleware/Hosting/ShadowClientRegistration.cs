using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Hosting;

/// <summary>Registers the clients of shadows with <see cref="IHttpClientFactory"/>.</summary>
internal static class ShadowClientRegistration
{
    /// <summary>Adds the client that all shadows share which have none of their own.</summary>
    public static void AddDefault(IServiceCollection services)
    {
        if (FindNames(services) is null)
        {
            services.AddSingleton(new ShadowClientNames());
            services.AddTransient<IOptionsFactory<HttpClientFactoryOptions>, ShadowClientOptionsFactory>();

            // The first of them has the last word.
            services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, ShadowHandlerFilter>());
            Configure(services.AddHttpClient(ShadowClientNames.Default));
        }
    }

    /// <summary>Adds a client for one shadow, with the same settings to begin with.</summary>
    public static IHttpClientBuilder AddOwn(IServiceCollection services, string shadow)
    {
        AddDefault(services);
        var client = services.AddHttpClient(ShadowClientNames.Own(shadow));
        return FindNames(services)!.Configure(shadow) ? Configure(client) : client;
    }

    /// <summary>Whether copies are counted in the app's own metrics. A handler cannot follow a reload, and one that a reload makes is like the others.</summary>
    public static bool IsInAppMetrics(IServiceProvider services) =>
        services.GetRequiredService<ConfigurationMonitor>().AtStart.IncludeInHttpClientMetrics;

    private static IHttpClientBuilder Configure(IHttpClientBuilder client) =>
        client
            .ConfigurePrimaryHttpMessageHandler(static services =>
            {
                var handler = new SocketsHttpHandler();
                ShadowHandler.Configure(
                    handler,
                    ServerHeaderEncoding.Find(services),
                    services.GetRequiredService<ShadowConnector>(),
                    IsInAppMetrics(services)
                );
                return handler;
            })
            .ConfigureHttpClient(static http => http.Timeout = Timeout.InfiniteTimeSpan)
            // The sender keeps its client, and the handler renews its connections.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // The factory's loggers would write several lines per copy.
            .RemoveAllLoggers();

    private static ShadowClientNames? FindNames(IServiceCollection services) =>
        services
            .FirstOrDefault(static service => service.ServiceType == typeof(ShadowClientNames))
            ?.ImplementationInstance as ShadowClientNames;
}
