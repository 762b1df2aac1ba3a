namespace Orders;

/// <summary>Makes one amount of the exact prices of an order's lines.</summary>
public interface IPricing
{
    Quote Quote(IEnumerable<decimal> lines);
}
