namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>What an app makes of a body.</summary>
internal sealed record Order(int Id, OrderLine[] Lines, string Note);
