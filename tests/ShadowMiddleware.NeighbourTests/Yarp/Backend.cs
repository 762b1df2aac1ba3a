using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Yarp;

/// <summary>The service behind a proxy.</summary>
internal static class Backend
{
    public static Task<RunningApp> StartAsync(CancellationToken token) => RunningApp.StartAsync(_ => { }, Map, token);

    /// <summary>A service that takes each request whole, and then breaks off its connection.</summary>
    public static Task<RunningApp> StartBreakingAsync(CancellationToken token) =>
        RunningApp.StartAsync(
            _ => { },
            app =>
                app.Run(async context =>
                {
                    await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                    context.Abort();
                }),
            token
        );

    public static void Map(WebApplication app)
    {
        app.UseWebSockets();
        app.MapGet("/orders/{id}", (string id) => new Order(id, 1));
        app.MapPost("/orders", (Order order) => Results.Created("/orders/new", order));
        app.MapPost("/length", ReadAsync);
        app.MapPost("/too-large", () => Results.StatusCode(StatusCodes.Status413PayloadTooLarge));
        app.MapGet("/events", SendEventsAsync);
        app.Map("/socket", EchoAsync);
    }

    private static async Task<string> ReadAsync(Stream body, CancellationToken token)
    {
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, token);
        return $"read {bytes.Length}";
    }

    private static async Task SendEventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        for (var i = 0; i < 3; i++)
        {
            await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await SocketTalk.EchoAsync(socket, context.RequestAborted);
    }
}
