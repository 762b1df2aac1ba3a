namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>What a raw shadow does with one connection.</summary>
internal delegate Task ShadowScript(RawShadowConnection connection, CancellationToken token);
