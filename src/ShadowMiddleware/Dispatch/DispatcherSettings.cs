using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Dispatch;

/// <summary>What a dispatcher reads of the configuration, replaced as a whole by a reload.</summary>
internal sealed record DispatcherSettings(ShadowConfiguration Shadow, string TagHeader);
