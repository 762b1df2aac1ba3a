using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Fuzzer.Apps;

/// <summary>The app that both sides run. The request says in two header fields what happens to it.</summary>
internal static class FuzzedApp
{
    /// <summary>How the endpoint deals with the request.</summary>
    public const string BehaviourHeader = "X-Do";

    /// <summary>Which of ASP.NET Core's own middleware stands in front of the mirror.</summary>
    public const string OuterHeader = "X-Outer";

    public static readonly string[] Outer = ["errors", "pages", "buffering", "rest", "peek", "form"];

    public static readonly string[] Behaviours = [.. BodyBehaviours.All.Keys, .. ResponseBehaviours.All.Keys];

    public static void MapOuter(WebApplication app)
    {
        app.UseWhen(
            context => HasOuter(context, "errors"),
            branch => branch.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = SayErrorAsync })
        );
        app.UseWhen(context => HasOuter(context, "pages"), branch => branch.UseStatusCodePagesWithReExecute("/page"));
        app.UseWhen(context => HasOuter(context, "peek"), branch => branch.Use(PeekAsync));
        app.UseWhen(context => HasOuter(context, "form"), branch => branch.Use(ReadFormAsync));
        app.UseWhen(context => HasOuter(context, "rest"), branch => branch.Use(ReadRestAsync));
        app.UseWhen(
            context => HasOuter(context, "buffering"),
            branch =>
                branch.Use(
                    (context, next) =>
                    {
                        context.Request.EnableBuffering(bufferThreshold: 1 << 20);
                        return next(context);
                    }
                )
        );
        app.Use(MirrorPlace.PassAsync);
    }

    [SuppressMessage("Trimming", "IL2026", Justification = "Never trimmed.")]
    public static void MapInner(WebApplication app)
    {
        app.Use(MarkedEndpoint.RemoveAsync);
        app.UseRouting();
        app.MapPost(
            "/bind",
            (JsonElement json) => Results.Bytes(JsonSerializer.SerializeToUtf8Bytes(json), "application/json")
        );
        app.MapFallback(DispatchAsync);

        // Fallbacks match paths that look like files no more than others do.
        app.Run(DispatchAsync);
    }

    private static Task DispatchAsync(HttpContext context)
    {
        if (context.Request.Path == "/page")
        {
            return context.Response.WriteAsync("a page");
        }

        var name = context.Request.Headers[BehaviourHeader].ToString();
        var behaviour = BodyBehaviours.All.GetValueOrDefault(name) ?? ResponseBehaviours.All.GetValueOrDefault(name);
        return (behaviour ?? BodyBehaviours.All["all"])(context);
    }

    // Both read what the app has left of the body: the mirror must not have taken it away.
    private static async Task SayErrorAsync(HttpContext context) =>
        await context.Response.WriteAsync($"an error page {await BodyBehaviours.DigestRestAsync(context)}");

    // Both take bytes out before the mirror. Only where it can know that some are missing: chunks do not say how many there were.
    private static async Task PeekAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentLength > 0)
        {
            Arrival.Of(context).TakenBefore = null;
            try
            {
                Arrival.Of(context).TakenBefore = await context.Request.Body.ReadAsync(new byte[5]) > 0;
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The body breaks off. Whoever comes next finds out for themselves.
            }
        }

        await next(context);
    }

    private static async Task ReadFormAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentLength > 0 && context.Request.HasFormContentType)
        {
            Arrival.Of(context).TakenBefore = null;
            try
            {
                await context.Request.ReadFormAsync();
                Arrival.Of(context).TakenBefore = true;
            }
            catch (Exception exception)
                when (exception is InvalidDataException or IOException or OperationCanceledException)
            {
                // No form.
            }
        }

        await next(context);
    }

    private static async Task ReadRestAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var rest = await BodyBehaviours.DigestRestAsync(context);
        if (!context.Response.HasStarted)
        {
            await context.Response.WriteAsync(rest);
        }
    }

    private static bool HasOuter(HttpContext context, string name) => context.Request.Headers[OuterHeader] == name;
}
