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

    public static void FromCode(string[] args)
    {
        #region two-lines-in-code
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddTrafficMirroring(options =>
        {
            var shadow = options.MirrorTo("https://orders-v2.internal", percent: 20);
            shadow.Writes = WritePolicy.Skip;
            shadow.RemoveHeaders.Add("Authorization");
            shadow.RemoveHeaders.Add("Cookie");
        });

        var app = builder.Build();
        app.UseTrafficMirroring();
        app.MapGet("/", () => "Hello World!");
        app.Run();
        #endregion
    }
}
