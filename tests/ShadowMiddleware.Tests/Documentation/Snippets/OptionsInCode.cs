using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

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
}
