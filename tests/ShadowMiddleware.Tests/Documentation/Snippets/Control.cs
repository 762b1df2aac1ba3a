using Microsoft.AspNetCore.Builder;
using ShadowMiddleware;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

internal static class Control
{
    public static void Map(WebApplication app)
    {
        #region Control
        app.MapPost(
                "/operations/shadows/v2/pause",
                (ITrafficMirroringControl mirroring) => mirroring.SetPaused("v2", paused: true)
            )
            .RequireAuthorization("operators");
        app.MapPost(
                "/operations/shadows/v2/ceiling/{percent}",
                (double percent, ITrafficMirroringControl mirroring) => mirroring.SetCeiling("v2", percent)
            )
            .RequireAuthorization("operators");
        #endregion
    }

    public static void MapExplain(WebApplication app)
    {
        #region Explain
        app.MapGet(
                "/operations/explain",
                (string method, string target, ITrafficMirroringControl mirroring) =>
                    mirroring.Explain(method, target, [new("Host", "shop.example.com"), new("X-Beta", "1")]).ToString()
            )
            .RequireAuthorization("operators");
        #endregion
    }
}
