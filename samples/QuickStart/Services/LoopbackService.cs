using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using QuickStart.Reporting;

namespace QuickStart.Services;

internal static class LoopbackService
{
    /// <summary>An empty builder: no variable or settings file of this machine changes what the demonstration shows.</summary>
    public static WebApplicationBuilder CreateBuilder(Screen screen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        builder.Logging.AddProvider(new ScreenLogs(screen));
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();

        // The trace id of an error differs from request to request, and the responses of V1 and its twin are compared byte by byte.
        builder.Services.AddProblemDetails(options =>
            options.CustomizeProblemDetails = context => context.ProblemDetails.Extensions.Remove("traceId")
        );
        return builder;
    }
}
