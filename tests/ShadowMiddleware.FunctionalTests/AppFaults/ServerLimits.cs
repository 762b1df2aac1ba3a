using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>Every limit of the server, and of the platform's own time-outs.</summary>
internal static class ServerLimits
{
    /// <summary>What <c>MaxRequestBodySize</c> is set to for the whole server.</summary>
    public const long MaxBody = 3000;

    private const int Small = 500;

    public static readonly Dictionary<string, ServerLimit> All = new(StringComparer.Ordinal)
    {
        ["the head is not finished"] = new(
            Body(Framings.None, 0),
            HalfOfTheHeadAsync,
            ReadAsync,
            IsCopied: false,
            IsSeen: false
        ),
        ["the connection is idle"] = new(Body(Framings.Length, Small), ThenIdleAsync, ReadAsync, IsCopied: true),
        ["the upload stalls; length"] = new(
            Body(Framings.Length, Small),
            HalfOfTheBodyAsync,
            ReadAsync,
            IsCopied: false
        ),
        ["the upload stalls; chunked"] = new(
            Body(Framings.Chunked, Small),
            HalfOfTheBodyAsync,
            ReadAsync,
            IsCopied: false
        ),
        ["the upload stalls; by pipe"] = new(
            Body(Framings.Length, Small),
            HalfOfTheBodyAsync,
            BodyDoors.ReadPipeAsync,
            IsCopied: false
        ),
        ["the upload stalls and the app catches it"] = new(
            Body(Framings.Length, Small),
            HalfOfTheBodyAsync,
            Catching(ReadAsync),
            IsCopied: false
        ),
        ["the upload stalls unread"] = new(
            Body(Framings.Length, Small),
            HalfOfTheBodyAsync,
            context => context.Response.WriteAsync("unread"),
            IsCopied: false
        ),
        ["the body is too large; length"] = new(
            Body(Framings.Length, MaxBody + 1),
            WholeAsync,
            ReadAsync,
            IsCopied: false
        ),
        ["the body is too large; chunked"] = new(
            Body(Framings.Chunked, MaxBody + 1),
            WholeAsync,
            ReadAsync,
            IsCopied: false
        ),
        ["the body is too large; by pipe"] = new(
            Body(Framings.Chunked, MaxBody + 1),
            WholeAsync,
            BodyDoors.ReadPipeAsync,
            IsCopied: false
        ),
        ["the body is too large and the app catches it; length"] = new(
            Body(Framings.Length, MaxBody + 1),
            WholeAsync,
            Catching(ReadAsync),
            IsCopied: false
        ),
        ["the body is too large and the app catches it; chunked"] = new(
            Body(Framings.Chunked, MaxBody + 1),
            WholeAsync,
            Catching(ReadAsync),
            IsCopied: false
        ),
        ["the body is too large and not read; length"] = new(
            Body(Framings.Length, MaxBody + 1),
            WholeAsync,
            context => context.Response.WriteAsync("unread"),
            IsCopied: false
        ),
        ["the body is too large and not read; chunked"] = new(
            Body(Framings.Chunked, MaxBody + 1),
            WholeAsync,
            context => context.Response.WriteAsync("unread"),
            IsCopied: false
        ),
        ["the app sets a smaller limit; length"] = new(
            Body(Framings.Length, Small),
            WholeAsync,
            Limiting(Small - 1, ReadAsync),
            IsCopied: false
        ),
        ["the app sets a smaller limit; chunked"] = new(
            Body(Framings.Chunked, Small),
            WholeAsync,
            Limiting(Small - 1, ReadAsync),
            IsCopied: false
        ),
        ["the app sets a smaller limit and does not read; length"] = new(
            Body(Framings.Length, Small),
            WholeAsync,
            Limiting(Small - 1, _ => Task.CompletedTask),
            IsCopied: false
        ),
        ["the app sets a smaller limit and does not read; chunked"] = new(
            Body(Framings.Chunked, Small),
            WholeAsync,
            Limiting(Small - 1, _ => Task.CompletedTask),
            IsCopied: false
        ),
        ["the app sets a larger limit; length"] = new(
            Body(Framings.Length, MaxBody * 2),
            WholeAsync,
            Limiting(null, ReadAsync),
            IsCopied: true
        ),
        ["the app sets a larger limit; chunked"] = new(
            Body(Framings.Chunked, MaxBody * 2),
            WholeAsync,
            Limiting(MaxBody * 3, ReadAsync),
            IsCopied: true
        ),
        ["the app sets a limit too late"] = new(
            Body(Framings.Length, Small),
            WholeAsync,
            async context =>
            {
                await ReadAsync(context);
                context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = 1;
            },
            IsCopied: true
        ),
        ["the client does not take the response"] = new(
            Body(Framings.Length, Small),
            NotReadingAsync,
            async context =>
            {
                await ReadAsync(context);
                var block = new byte[64 * 1024];
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(block);
                }

                AppViews.Of(context).Note("aborted");
            },
            IsCopied: true
        ),
        [TimeOutInFront] = new(
            Body(Framings.Length, Small),
            HalfOfTheBodyAsync,
            ReadUntilAbortedAsync,
            IsCopied: false
        ),
        [TimeOutBehind] = new(Body(Framings.Length, Small), HalfOfTheBodyAsync, ReadUntilAbortedAsync, IsCopied: false),
        [$"{TimeOutInFront}, after the body"] = new(
            Body(Framings.Length, Small),
            WholeAsync,
            async context =>
            {
                await ReadAsync(context);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            },
            IsCopied: true
        ),
        [$"{TimeOutBehind}, after the body"] = new(
            Body(Framings.Length, Small),
            WholeAsync,
            async context =>
            {
                await ReadAsync(context);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            },
            IsCopied: true
        ),
        [$"{TimeOutInFront}, with the body unread"] = new(
            Body(Framings.Length, Small),
            HalfOfTheBodyAsync,
            context => Task.Delay(Timeout.Infinite, context.RequestAborted),
            IsCopied: false
        ),
    };

    public const string TimeOutInFront = "the platform's time-out, in front";

    public const string TimeOutBehind = "the platform's time-out, behind";

    private static Func<string, FaultRequest> Body(string framing, long length) =>
        name => new FaultRequest(name, framing, new byte[length], "application/octet-stream");

    private static Task ReadAsync(HttpContext context) => BodyDoors.ReadStreamAsync(context);

    private static async Task ReadUntilAbortedAsync(HttpContext context)
    {
        while (await context.Request.Body.ReadAsync(new byte[100], context.RequestAborted) > 0) { }
    }

    private static Func<HttpContext, Task> Catching(Func<HttpContext, Task> app) =>
        async context =>
        {
            try
            {
                await app(context);
            }
            catch (Exception exception)
            {
                AppViews.Of(context).NoteException("app", exception);
                await context.Response.WriteAsync(exception.Message);
            }
        };

    private static Func<HttpContext, Task> Limiting(long? limit, Func<HttpContext, Task> app) =>
        context =>
        {
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limit;
            return app(context);
        };

    private static async Task<string> WholeAsync(
        WireClient client,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        await client.SendAsync(request.ToHttp1(), token);
        return await client.ReadAnswerAsync(token);
    }

    private static async Task<string> HalfOfTheHeadAsync(
        WireClient client,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        await client.SendAsync(request.HeadToHttp1().AsMemory(0, 30), token);
        return await client.ReadAnswerAsync(token);
    }

    private static async Task<string> HalfOfTheBodyAsync(
        WireClient client,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        var head = request.HeadToHttp1().Length;
        await client.SendAsync(request.ToHttp1().AsMemory(0, head + (Small / 2)), token);
        var answer = await client.ReadAnswerAsync(token);
        await client.ReadToEndAsync(token);
        return answer;
    }

    private static async Task<string> ThenIdleAsync(
        WireClient client,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        await client.SendAsync(request.ToHttp1(), token);
        return $"{await client.ReadAnswerAsync(token)}, then {await client.ReadAnswerAsync(token)}";
    }

    private static async Task<string> NotReadingAsync(
        WireClient client,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        await client.SendAsync(request.ToHttp1(), token);
        await view.Ended.Task.WaitAsync(token);
        return "";
    }
}
