namespace Orders.V1;

/// <summary>Looks through all products for the one that is asked for.</summary>
internal sealed class ScannedCatalogue : Catalogue
{
    public override Product? Find(string sku) =>
        Products.FirstOrDefault(product => string.Equals(product.Sku, sku, StringComparison.Ordinal));
}
