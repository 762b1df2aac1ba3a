using Microsoft.AspNetCore.Builder;

namespace ShadowMiddleware.Tests.Documentation.Snippets;

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
