using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

internal static class CopyWithoutBody
{
    public static void WithoutBody(WebApplicationBuilder builder)
    {
        #region copy-without-body
        builder
            .Services.AddTrafficMirroring(builder.Configuration.GetSection("TrafficMirroring"))
            .AddTransform(
                "v2",
                copy =>
                {
                    copy.SetBody(default);
                    copy.Headers.Remove("Content-Type");
                }
            );
        #endregion
    }
}
