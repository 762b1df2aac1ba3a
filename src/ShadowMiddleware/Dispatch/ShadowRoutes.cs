using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Dispatch;

/// <summary>The one immutable state that a request reads: the configuration with a route for each of its shadows.</summary>
internal sealed record ShadowRoutes(MirroringConfiguration Configuration, ShadowRoute[] All);
