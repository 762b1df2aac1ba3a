namespace Orders;

/// <summary>Something that can be ordered.</summary>
public sealed record Product(string Sku, string Name, string Category, decimal Price)
{
    /// <summary>What a quantity of it costs, discount and tax included, not rounded.</summary>
    public decimal ExactPriceOf(int quantity)
    {
        var discount = quantity switch
        {
            >= 100 => 0.12m,
            >= 10 => 0.05m,
            _ => 0m,
        };
        return Price * quantity * (1 - discount) * 1.19m;
    }
}
