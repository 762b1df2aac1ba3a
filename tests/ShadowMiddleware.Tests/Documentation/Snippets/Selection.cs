using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

internal static class Selection
{
    public static void Endpoints(WebApplication app)
    {
        #region endpoints-that-say-what-is-copied
        app.MapGet("/orders/{id}", (int id) => Results.Ok(id)).WithTrafficMirroring(percent: 5);
        app.MapPost("/orders", () => Results.Created()).WithTrafficMirroring("v2", percent: 5);
        app.MapHealthChecks("/health").DisableTrafficMirroring();
        #endregion
    }

    public static void Predicates(WebApplicationBuilder builder)
    {
        #region predicates
        builder.Services.AddTrafficMirroring(
            builder.Configuration.GetSection("TrafficMirroring"),
            options =>
                options
                    .Shadows["v2"]
                    .When(context => !context.Request.Headers.ContainsKey("X-Synthetic"))
                    .WhenResponse(context => context.Response.ContentType == "application/json")
        );
        #endregion
    }
}
