namespace Orders.V1;

/// <summary>The version that answers the users.</summary>
public static class OrdersV1
{
    public static IServiceCollection AddOrdersV1(this IServiceCollection services) =>
        services.AddOrders<ScannedCatalogue, RoundedOncePricing>();
}
