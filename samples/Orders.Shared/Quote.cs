namespace Orders;

/// <summary>What an order costs. No currency means that this version does not say.</summary>
public sealed record Quote(decimal Total, string? Currency);
