using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Soak.Traffic;

namespace ShadowMiddleware.Soak.Apps;

/// <summary>The app: all that the functional tests have, and what takes long.</summary>
internal static class SoakApp
{
    public const string Echo = "/soak/echo";
    private const string Poll = "/soak/poll";
    private const string Events = "/soak/events";
    private const int EventCount = 10;
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan EventInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>A request whose answer takes long.</summary>
    public static RequestKind DrawLong(Random random) =>
        new("GET", random.Next(2) == 0 ? Poll : Events, Body: null, Framing.None);

    public static void Map(WebApplication app)
    {
        BodyReaders.Map(app);
        Responses.Map(app);
        app.MapPost(Echo, EchoAsync);
        app.MapGet(Poll, PollAsync);
        app.MapGet(Events, SendEventsAsync);
    }

    // Collected first, so that the chunks of the answer do not depend on how the request arrived.
    private static async Task EchoAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Response.ContentLength = body.Length;
        body.Position = 0;
        await body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task PollAsync(HttpContext context)
    {
        await Task.Delay(PollTime, context.RequestAborted);
        await context.Response.WriteAsync("polled", context.RequestAborted);
    }

    private static async Task SendEventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        for (var i = 0; i < EventCount; i++)
        {
            await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(EventInterval, context.RequestAborted);
        }
    }
}
