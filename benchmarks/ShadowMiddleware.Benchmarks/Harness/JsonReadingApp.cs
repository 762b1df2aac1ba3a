using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>Reads the body as JSON.</summary>
internal sealed class JsonReadingApp : IMeasuredApp
{
    private readonly int _expectedLines;

    public JsonReadingApp(int expectedLines) => _expectedLines = expectedLines;

    public async Task InvokeAsync(HttpContext context)
    {
        // Options at hand: the overload without them asks the app's services, which not every pipeline here has.
        var order = await context.Request.ReadFromJsonAsync<Order>(JsonSerializerOptions.Web);
        if (order?.Lines.Length != _expectedLines)
        {
            throw new InvalidOperationException($"The app read {order?.Lines.Length} lines of {_expectedLines}.");
        }
    }
}
