namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>What the apps of the tests take and give.</summary>
public sealed record Order(string Id, int Quantity);
