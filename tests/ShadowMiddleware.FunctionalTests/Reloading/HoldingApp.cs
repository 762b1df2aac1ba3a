using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.Reloading;

/// <summary>An app that answers at once, but holds a request that asks for it until it is let go.</summary>
internal sealed class HoldingApp
{
    private volatile Hold _hold = new();

    /// <summary>Completes when the request is there that is held next.</summary>
    public Task Arrived => _hold.Arrived.Task;

    public void Map(IApplicationBuilder app) => app.Run(AnswerAsync);

    /// <summary>Lets the held request go on; the next one is held anew.</summary>
    public void LetGo()
    {
        var hold = _hold;
        _hold = new Hold();
        hold.Over.SetResult();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (context.Request.Headers.ContainsKey(LoadedRequest.HeldField))
        {
            var hold = _hold;
            hold.Arrived.SetResult();
            await hold.Over.Task.WaitAsync(context.RequestAborted);
        }

        var isWrite = HttpMethods.IsPost(context.Request.Method);
        context.Response.StatusCode = isWrite ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await context.Response.WriteAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{context.Request.Headers[LoadedRequest.NumberField]}:{body.Length}"
            ),
            context.RequestAborted
        );
    }

    private sealed class Hold
    {
        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
