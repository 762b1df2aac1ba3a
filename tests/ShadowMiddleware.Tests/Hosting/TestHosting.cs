using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Hosting;

namespace ShadowMiddleware.Tests.Hosting;

/// <summary>An app's services and pipeline, without a server.</summary>
internal static class TestHosting
{
    public static void Mirror(TrafficMirroringOptions options) => options.MirrorTo("http://shadow.test");

    public static ServiceProvider Services(
        Action<IServiceCollection>? before = null,
        Action<ITrafficMirroringBuilder>? mirroring = null,
        Action<TrafficMirroringOptions>? options = null
    )
    {
        var services = new ServiceCollection().AddLogging();
        before?.Invoke(services);
        var builder = services.AddTrafficMirroring(options ?? Mirror);
        mirroring?.Invoke(builder);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
    }

    public static RequestDelegate Pipeline(IServiceProvider services, RequestDelegate app)
    {
        var builder = new ApplicationBuilder(services);
        builder.UseTrafficMirroring();
        builder.Run(app);
        return builder.Build();
    }

    public static ShadowRoute Route(IServiceProvider services, int index = 0) =>
        services.GetRequiredService<ShadowDirectory>().Current.All[index];

    public static IEnumerable<HttpMessageHandler> Handlers(HttpMessageHandler? handler)
    {
        for (; handler is not null; handler = (handler as DelegatingHandler)?.InnerHandler)
        {
            yield return handler;
        }
    }

    public static TrafficMirroringService Service(IServiceProvider services) =>
        services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<TrafficMirroringService>().Single();
}
