using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware.Tests.Documentation.Snippets;

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

    public static void Token(WebApplicationBuilder builder, ITokens tokens)
    {
        #region bearer-token
        builder.Services.AddTrafficMirroring(
            builder.Configuration.GetSection("TrafficMirroring"),
            options =>
                options
                    .Shadows["v2"]
                    .UseBearerToken(async cancellationToken =>
                    {
                        var token = await tokens.GetAsync("orders-v2", cancellationToken);
                        return new BearerToken(token.Value, token.ExpiresAt);
                    })
        );
        #endregion
    }

    /// <summary>Stands for the app's own client of whoever issues tokens.</summary>
    internal interface ITokens
    {
        Task<(string Value, DateTimeOffset ExpiresAt)> GetAsync(string audience, CancellationToken cancellationToken);
    }
}
