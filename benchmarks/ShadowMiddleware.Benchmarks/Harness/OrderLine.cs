namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>A part of an <see cref="Order"/>.</summary>
internal sealed record OrderLine(string Sku, int Quantity);
