using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>The ways in which apps write a response, one endpoint for each.</summary>
internal static class Responses
{
    public static readonly string[] Paths =
    [
        "/text",
        "/json",
        "/writer",
        "/unflushed",
        "/mixed",
        "/stream",
        "/file",
        "/start",
        "/complete",
        "/empty",
        "/nocontent",
        "/redirect",
        "/cookies",
        "/throw",
        "/throwlate",
        "/no-such-endpoint",
    ];

    public static void Map(WebApplication app)
    {
        app.Map("/text", () => "text");
        app.Map("/json", () => Results.Json(SampleApp.NewOrder(20_000)));
        app.Map("/writer", async context => await context.Response.BodyWriter.WriteAsync(new byte[5000]));
        app.Map("/unflushed", WriteUnflushedAsync);
        app.Map("/mixed", WriteMixedAsync);
        app.Map("/stream", WriteInPartsAsync);
        app.Map("/file", context => context.Response.SendFileAsync(typeof(Responses).Assembly.Location));
        app.Map("/start", context => context.Response.StartAsync());
        app.Map("/complete", CompleteEarlyAsync);
        app.Map("/empty", _ => Task.CompletedTask);
        app.Map("/nocontent", () => Results.NoContent());
        app.Map("/redirect", () => Results.Redirect("/elsewhere"));
        app.Map("/cookies", AppendCookies);
        app.Map("/throw", ThrowNow);
        app.Map("/throwlate", ThrowAfterWritingAsync);
    }

    private static Task WriteUnflushedAsync(HttpContext context)
    {
        context.Response.ContentLength = 3;
        Encoding.ASCII.GetBytes("abc", context.Response.BodyWriter);
        return Task.CompletedTask;
    }

    private static async Task WriteMixedAsync(HttpContext context)
    {
        Encoding.ASCII.GetBytes("A", context.Response.BodyWriter);
        await context.Response.Body.WriteAsync("B"u8.ToArray());
        Encoding.ASCII.GetBytes("C", context.Response.BodyWriter);
    }

    private static async Task WriteInPartsAsync(HttpContext context)
    {
        for (var i = 0; i < 3; i++)
        {
            await context.Response.WriteAsync($"part {i}\n");
            await context.Response.Body.FlushAsync();
        }
    }

    private static async Task CompleteEarlyAsync(HttpContext context)
    {
        await context.Response.WriteAsync("done");
        await context.Response.CompleteAsync();
    }

    private static Task AppendCookies(HttpContext context)
    {
        context.Response.Cookies.Append("a", "1");
        context.Response.Cookies.Append("b", "2");
        context.Response.Headers.Append("X-Repeat", "1");
        context.Response.Headers.Append("X-Repeat", "2");
        return Task.CompletedTask;
    }

    private static Task ThrowNow(HttpContext context) => throw new NotSupportedException("the app's own");

    private static async Task ThrowAfterWritingAsync(HttpContext context)
    {
        context.Response.ContentLength = 10;
        await context.Response.WriteAsync("part");
        await context.Response.Body.FlushAsync();
        throw new NotSupportedException("the app's own");
    }
}
