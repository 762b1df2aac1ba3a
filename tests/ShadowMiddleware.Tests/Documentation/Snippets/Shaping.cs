using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

internal static class Shaping
{
    public static void Transforms(WebApplicationBuilder builder)
    {
        #region transforms
        builder
            .Services.AddTrafficMirroring(builder.Configuration.GetSection("TrafficMirroring"))
            .AddTransform(copy => copy.Headers.Remove("X-Api-Key"))
            .AddTransform(
                "v2",
                copy =>
                {
                    copy.Query = copy.Query.Length == 0 ? "?dryRun=true" : copy.Query + "&dryRun=true";
                    copy.Headers.Set("X-Tenant", "shadow");
                }
            );
        #endregion
    }
}
