using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ShadowMiddleware.Explaining;

/// <summary>Finds the endpoint of a request as the app's own routing would, and runs none.</summary>
internal sealed class EndpointFinder
{
    private readonly Lazy<RequestDelegate?> _routing;

    /// <param name="services">The app's.</param>
    public EndpointFinder(IServiceProvider services) => _routing = new Lazy<RequestDelegate?>(() => Build(services));

    /// <summary>Sets the endpoint of the request, when there is one.</summary>
    /// <returns>Whether the request goes on behind routing: not when its endpoint is run at once.</returns>
    public bool Find(HttpContext context)
    {
        try
        {
            // Routing decides at once unless code of the app's takes its time. Its answer comes too late then, and has no effect.
            _ = _routing.Value?.Invoke(context);
        }
        catch (Exception)
        {
            // Endpoints that cannot be made, or a path that fits several: for the app's own requests it is a fault, for this one it is no endpoint.
            context.SetEndpoint(null);
        }

        return !InertEndpoints.TakeRun(context);
    }

    private static RequestDelegate? Build(IServiceProvider services)
    {
        if (services.GetService<EndpointDataSource>() is not { } endpoints)
        {
            return null;
        }

        // Nothing of the app's runs: routing gets endpoints that do nothing, and it runs those at once that ask for it (ShortCircuit).
        var options = Options.Create(new RouteOptions { SuppressCheckForUnhandledSecurityMetadata = true });
        var app = new ApplicationBuilder(new ServicesWithOptions(services, options));
        app.UseRouting();
        app.Properties.Values.OfType<IEndpointRouteBuilder>().Single().DataSources.Add(new InertEndpoints(endpoints));
        app.Run(static _ => Task.CompletedTask);
        return app.Build();
    }

    private sealed class ServicesWithOptions(IServiceProvider services, IOptions<RouteOptions> options)
        : IServiceProvider
    {
        public object? GetService(Type serviceType) =>
            serviceType == typeof(IOptions<RouteOptions>) ? options : services.GetService(serviceType);
    }
}
