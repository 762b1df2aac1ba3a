namespace Orders.V2;

/// <summary>The next version, which no user has seen yet.</summary>
public static class OrdersV2
{
    public static IServiceCollection AddOrdersV2(this IServiceCollection services) =>
        services.AddOrders<IndexedCatalogue, RoundedPerLinePricing>();
}
