namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>A body that frameworks can bind.</summary>
public sealed record Order(string Name, string Note);
