using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

internal static class Gate
{
    public static void Map(WebApplication app)
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
