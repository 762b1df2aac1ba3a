using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware.Tests.Documentation.Snippets;

internal static class FromOtherSystems
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

    public static void Gate(WebApplication app)
    {
        #region gate-by-ledger
        app.MapPost(
                "/operations/shadows/v2/gate",
                (ITrafficMirroringLedger ledger) =>
                {
                    var shadow = ledger.GetSnapshot().Shadows["v2"];
                    var bad = shadow.Failed.Values.Sum() + shadow.Completed.GetValueOrDefault("5xx");
                    var isGood = shadow.Mirrored >= 1000 && bad * 100 <= shadow.Mirrored;
                    return isGood ? Results.Ok() : Results.Conflict();
                }
            )
            .RequireAuthorization("operators");
        #endregion
    }
}
