using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>The app of the matrix.</summary>
internal static class MatrixApp
{
    public const string OwnFault = "the app's own";

    public static void Map(WebApplication app)
    {
        BodyReaders.Map(app);
        Responses.Map(app);
        app.MapGet("/hold", HoldAsync);
        app.MapPost("/upload", ReceiveAsync);
    }

    /// <summary>Begins a response and does not end it before the client has left.</summary>
    private static async Task HoldAsync(HttpContext context)
    {
        await context.Response.WriteAsync("begun", CancellationToken.None);
        await context.Response.Body.FlushAsync(CancellationToken.None);
        await Task.Delay(Timeout.Infinite, context.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Begins a response, then reads a body that will not end.</summary>
    private static async Task ReceiveAsync(HttpContext context)
    {
        await context.Response.WriteAsync("begun", CancellationToken.None);
        await context.Response.Body.FlushAsync(CancellationToken.None);
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client has left.
        }
    }
}
