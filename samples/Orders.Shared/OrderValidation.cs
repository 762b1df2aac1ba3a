namespace Orders;

/// <summary>What is wrong with a request, by field; nothing when it is fine.</summary>
internal static class OrderValidation
{
    private const int MaxLines = 2_000;
    private const int MaxQuantity = 10_000;
    private const int MaxNameLength = 64;
    private const int MaxNoteLength = 4_000;

    public static Dictionary<string, string[]> ValidateNew(OrderRequest request, Catalogue catalogue)
    {
        var errors = ValidateContent(request, catalogue);
        if (string.IsNullOrWhiteSpace(request.Customer) || request.Customer.Length > MaxNameLength)
        {
            errors["customer"] = [$"A customer of 1 to {MaxNameLength} characters is needed."];
        }

        if (request.Id is { Length: 0 or > MaxNameLength })
        {
            errors["id"] = [$"An id, where there is one, has 1 to {MaxNameLength} characters."];
        }

        return errors;
    }

    public static Dictionary<string, string[]> ValidateContent(OrderRequest request, Catalogue catalogue)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (request.Lines is not { Count: >= 1 and <= MaxLines } lines)
        {
            errors["lines"] = [$"An order has 1 to {MaxLines} lines."];
            lines = [];
        }

        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i] is not { Sku: not null } line || catalogue.Find(line.Sku) is null)
            {
                errors[$"lines[{i}].sku"] = ["There is no such product."];
            }
            else if (line.Quantity is < 1 or > MaxQuantity)
            {
                errors[$"lines[{i}].quantity"] = [$"A quantity is 1 to {MaxQuantity}."];
            }
        }

        if (request.Note is { Length: > MaxNoteLength })
        {
            errors["note"] = [$"A note has at most {MaxNoteLength} characters."];
        }

        return errors;
    }
}
