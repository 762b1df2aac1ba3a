namespace Orders.V1;

/// <summary>Adds up first and rounds the sum.</summary>
internal sealed class RoundedOncePricing : IPricing
{
    public Quote Quote(IEnumerable<decimal> lines) =>
        new(decimal.Round(lines.Sum(), 2, MidpointRounding.AwayFromZero), Currency: null);
}
