using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Orders;

internal static class CatalogueEndpoints
{
    private const int DefaultTake = 20;
    private const int MaxTake = 100;

    public static void MapCatalogue(this IEndpointRouteBuilder endpoints)
    {
        var catalogue = endpoints.MapGroup("/catalogue");
        catalogue.MapGet("/", List);
        catalogue.MapGet("/search", Search);
        catalogue.MapGet("/{sku}", Get);
    }

    private static Results<Ok<ProductList>, ValidationProblem> List(Catalogue catalogue, int? skip, int? take)
    {
        if (skip is < 0 || take is < 1 or > MaxTake)
        {
            return Problems.Invalid("take", $"skip is at least 0, take is 1 to {MaxTake}.");
        }

        return TypedResults.Ok(new ProductList(catalogue.Page(skip ?? 0, take ?? DefaultTake), catalogue.Count));
    }

    private static Results<Ok<ProductList>, ValidationProblem> Search(Catalogue catalogue, string? q)
    {
        if (string.IsNullOrWhiteSpace(q))
        {
            return Problems.Invalid("q", "What to search for is missing.");
        }

        var found = catalogue.Search(q);
        return TypedResults.Ok(new ProductList(found, found.Count));
    }

    private static Results<Ok<Product>, ProblemHttpResult> Get(Catalogue catalogue, string sku)
    {
        // The server decodes a path except for %2F, which would change where its segments end. Here it is part of the SKU.
        var product = catalogue.Find(sku.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
        return product is null ? Problems.NotFound("There is no such product.") : TypedResults.Ok(product);
    }

    private sealed record ProductList(IReadOnlyList<Product> Items, int Count);
}
