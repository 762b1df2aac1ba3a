using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

internal static class GettingStarted
{
    public static void FromConfiguration(string[] args)
    {
        #region two-lines
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddTrafficMirroring(builder.Configuration.GetSection("TrafficMirroring"));

        var app = builder.Build();
        app.UseTrafficMirroring();
        app.MapGet("/", () => "Hello World!");
        app.Run();
        #endregion
    }
}
