using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>A bare Kestrel on loopback, and the answer that everybody gives.</summary>
internal static class LoopbackServer
{
    private static readonly byte[] _answer = "ok"u8.ToArray();

    public static WebApplicationBuilder Create()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        return builder;
    }

    /// <summary>Not disposed by anybody: with the end of its process it is gone, however many requests hang in it.</summary>
    public static async Task<int> StartAsync(WebApplication app)
    {
        await app.StartAsync();
        return new Uri(app.Urls.Single()).Port;
    }

    /// <summary>All that the app under load does.</summary>
    public static async Task ReadAndAnswerAsync(HttpContext context)
    {
        await ReadAsync(context);
        await AnswerAsync(context);
    }

    public static Task ReadAsync(HttpContext context) => context.Request.Body.CopyToAsync(Stream.Null);

    public static ValueTask AnswerAsync(HttpContext context)
    {
        context.Response.ContentLength = _answer.Length;
        return context.Response.Body.WriteAsync(_answer);
    }
}
