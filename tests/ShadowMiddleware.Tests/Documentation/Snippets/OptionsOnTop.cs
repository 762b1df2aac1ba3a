using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

internal static class OptionsOnTop
{
    public static void OnTopOfTheSection(WebApplicationBuilder builder)
    {
        #region section-then-code
        builder.Services.AddTrafficMirroring(
            builder.Configuration.GetSection("TrafficMirroring"),
            options =>
                options.Shadows["v2"].SetHeaders["Authorization"] = $"Bearer {builder.Configuration["ShadowToken"]}"
        );
        #endregion
    }
}
