using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Orders;

internal static class OrderEndpoints
{
    private const int ListLength = 20;

    public static void MapOrders(this IEndpointRouteBuilder endpoints)
    {
        var orders = endpoints.MapGroup("/orders");
        orders.MapPost("/", Create);
        orders.MapGet("/", List);
        orders.MapGet("/{id}", Get);
        orders.MapPut("/{id}", Update);
        orders.MapDelete("/{id}", Cancel);
    }

    private static Results<Created<Order>, ValidationProblem, ProblemHttpResult> Create(
        OrderRequest request,
        Catalogue catalogue,
        IPricing pricing,
        OrderStore store
    )
    {
        var errors = OrderValidation.ValidateNew(request, catalogue);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var quote = Quote(request.Lines!, catalogue, pricing);
        var order = new Order(
            request.Id ?? Guid.NewGuid().ToString("N"),
            request.Customer!,
            OrderStatus.Placed,
            request.Lines!,
            request.Note,
            quote.Total,
            quote.Currency
        );

        return store.TryAdd(order)
            ? TypedResults.Created($"/orders/{Uri.EscapeDataString(order.Id)}", order)
            : Problems.Conflict("There is an order with this id already.");
    }

    private static Results<Ok<IReadOnlyList<Order>>, ValidationProblem> List(OrderStore store, string? customer) =>
        string.IsNullOrWhiteSpace(customer)
            ? Problems.Invalid("customer", "Whose orders to list is missing.")
            : TypedResults.Ok(store.LatestOf(customer, ListLength));

    private static Results<Ok<Order>, ProblemHttpResult> Get(OrderStore store, string id) =>
        store.Find(id) is { } order ? TypedResults.Ok(order) : Problems.NotFound("There is no such order.");

    private static Results<Ok<Order>, ValidationProblem, ProblemHttpResult> Update(
        string id,
        OrderRequest request,
        Catalogue catalogue,
        IPricing pricing,
        OrderStore store
    )
    {
        var errors = OrderValidation.ValidateContent(request, catalogue);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var current = store.Find(id);
        if (current is null)
        {
            return Problems.NotFound("There is no such order.");
        }

        var quote = Quote(request.Lines!, catalogue, pricing);
        var changed = current with { Lines = request.Lines!, Note = request.Note, Total = quote.Total };
        return current.Status == OrderStatus.Placed && store.TryReplace(current, changed)
            ? TypedResults.Ok(changed)
            : Problems.Conflict("The order was cancelled or changed by someone else.");
    }

    private static Results<Ok<Order>, ProblemHttpResult> Cancel(OrderStore store, string id)
    {
        var current = store.Find(id);
        if (current is null)
        {
            return Problems.NotFound("There is no such order.");
        }

        var changed = current with { Status = OrderStatus.Cancelled };
        return current.Status == OrderStatus.Placed && store.TryReplace(current, changed)
            ? TypedResults.Ok(changed)
            : Problems.Conflict("The order was cancelled or changed by someone else.");
    }

    private static Quote Quote(IReadOnlyList<OrderLine> lines, Catalogue catalogue, IPricing pricing) =>
        pricing.Quote(lines.Select(line => catalogue.Find(line.Sku)!.ExactPriceOf(line.Quantity)));
}
