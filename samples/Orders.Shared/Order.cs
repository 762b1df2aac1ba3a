using System.Text.Json.Serialization;

namespace Orders;

/// <summary>An order as it is stored and answered. It never changes: an update makes a new one.</summary>
public sealed record Order(
    string Id,
    string Customer,
    OrderStatus Status,
    IReadOnlyList<OrderLine> Lines,
    string? Note,
    decimal Total,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Currency
);
