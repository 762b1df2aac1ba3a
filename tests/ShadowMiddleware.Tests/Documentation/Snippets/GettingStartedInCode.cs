using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

internal static class GettingStartedInCode
{
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
