using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Endpoints that more than one test needs.</summary>
internal static class SampleApp
{
    /// <summary>Reads the whole body and says how long it was.</summary>
    public static async Task EchoAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        await context.Response.WriteAsync($"read {body.Length}", context.RequestAborted);
    }

    /// <summary>Answers without looking at the body.</summary>
    public static Task IgnoreAsync(HttpContext context) =>
        context.Response.WriteAsync("ignored", context.RequestAborted);

    public static Order NewOrder(int size) => new("order", new string('o', Math.Max(0, size - 40)));

    public static byte[] NewOrderJson(int size) =>
        JsonSerializer.SerializeToUtf8Bytes(NewOrder(size), JsonSerializerOptions.Web);
}
