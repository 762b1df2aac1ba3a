using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware.Tests.Documentation.Snippets;

internal static class OptionsInCode
{
    public static void Careful(WebApplicationBuilder builder)
    {
        #region warnings-in-code
        builder.Services.AddTrafficMirroring(options =>
        {
            var shadow = options.MirrorTo("https://orders-v2.internal", percent: 20);
            shadow.Writes = WritePolicy.Skip;
            shadow.RemoveHeaders.Add("Cookie");
            shadow.SetHeaders["Authorization"] = "Bearer for-the-shadow";
        });
        #endregion
    }

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
