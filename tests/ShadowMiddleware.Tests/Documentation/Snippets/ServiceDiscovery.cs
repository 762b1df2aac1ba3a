using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

internal static class ServiceDiscovery
{
    public static void Use(string[] args)
    {
        #region service-discovery
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddServiceDiscovery();
        builder
            .Services.AddTrafficMirroring(builder.Configuration.GetSection("TrafficMirroring"))
            .ConfigureShadowClient("v2", client => client.AddServiceDiscovery());

        var app = builder.Build();
        app.UseTrafficMirroring();
        #endregion
    }
}
