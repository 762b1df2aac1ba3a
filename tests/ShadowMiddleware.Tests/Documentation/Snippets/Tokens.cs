using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

internal static class Tokens
{
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
