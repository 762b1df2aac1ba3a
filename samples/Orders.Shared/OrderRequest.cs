namespace Orders;

/// <summary>The JSON body that creates an order or replaces the content of one.</summary>
/// <param name="Id">
/// Chosen by the client, so that sending a create again does not make a second order. The service makes one up where it is missing.
/// </param>
/// <param name="Customer">Needed to create an order; an update leaves it as it is.</param>
/// <param name="Lines">What is ordered.</param>
/// <param name="Note">Free text for the warehouse.</param>
public sealed record OrderRequest(string? Id, string? Customer, IReadOnlyList<OrderLine>? Lines, string? Note);
