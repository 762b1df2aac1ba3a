using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Dispatch;

/// <summary>A shadow as one request sees it: the configuration that decided, and the dispatcher that takes the copy.</summary>
internal sealed record ShadowRoute(ShadowConfiguration Configuration, ShadowDispatcher Dispatcher);
