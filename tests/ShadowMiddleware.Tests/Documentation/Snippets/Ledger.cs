using Microsoft.AspNetCore.Builder;
using ShadowMiddleware;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

internal static class Ledger
{
    public static void Endpoint(WebApplication app)
    {
        #region ledger-endpoint
        app.MapGet("/internal/mirroring", (ITrafficMirroringLedger ledger) => ledger.GetSnapshot().Shadows)
            .RequireAuthorization("operators");
        #endregion
    }
}
