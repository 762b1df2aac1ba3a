namespace Orders;

/// <summary>The products, the same in every version; how one is looked up differs.</summary>
public abstract class Catalogue
{
    private const int MaxHits = 50;

    protected IReadOnlyList<Product> Products { get; } = CatalogueData.Create();

    public int Count => Products.Count;

    public abstract Product? Find(string sku);

    public IReadOnlyList<Product> Page(int skip, int take) => [.. Products.Skip(skip).Take(take)];

    /// <summary>Finds the products that contain every word of the query in their SKU or name.</summary>
    public IReadOnlyList<Product> Search(string query)
    {
        var words = query.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. Products.Where(product => words.All(word => Contains(product, word))).Take(MaxHits)];
    }

    private static bool Contains(Product product, string word) =>
        product.Sku.Contains(word, StringComparison.OrdinalIgnoreCase)
        || product.Name.Contains(word, StringComparison.OrdinalIgnoreCase);
}
