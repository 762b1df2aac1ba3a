using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Orders;

/// <summary>What all versions of the service have in common.</summary>
public static class OrdersService
{
    public static IServiceCollection AddOrders<TCatalogue, TPricing>(this IServiceCollection services)
        where TCatalogue : Catalogue
        where TPricing : class, IPricing
    {
        services.AddSingleton<Catalogue, TCatalogue>();
        services.AddSingleton<IPricing, TPricing>();
        services.AddSingleton<OrderStore>();
        services.AddProblemDetails();

        // A body that is no JSON is the client's mistake: 400 with problem details in every environment, never an exception page.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
        return services;
    }

    public static void UseOrders(this WebApplication app)
    {
        app.UseStatusCodePages();
        app.MapCatalogue();
        app.MapOrders();
    }
}
