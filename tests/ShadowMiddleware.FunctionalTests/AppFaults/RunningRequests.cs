using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>Every stage in which a stop meets a request.</summary>
internal static class RunningRequests
{
    /// <summary>Of the body, how much is sent before the host stops, where not all is.</summary>
    public const int Half = 1500;

    private const string Copied = "completed.2xx";
    private const string Shutdown = "dropped.shutdown";

    public static readonly Dictionary<string, RunningRequest> All = new(StringComparer.Ordinal)
    {
        ["the body is uploading, and ends"] = new(
            BodyDoors.ReadStreamAsync,
            IsSentWhole: false,
            view => view.BytesRead >= Half,
            SendTheRestAsync,
            OutlivesTheServer: false,
            [Copied]
        ),
        ["the body is uploading by pipe, and ends"] = new(
            BodyDoors.ReadPipeAsync,
            IsSentWhole: false,
            view => view.BytesRead >= Half,
            SendTheRestAsync,
            OutlivesTheServer: false,
            [Copied]
        ),
        ["the body is uploading, and does not end"] = new(
            ReadUntilAbortedAsync,
            IsSentWhole: false,
            view => view.BytesRead >= Half,
            NothingAsync,
            OutlivesTheServer: true,
            ["dropped.body_incomplete", "dropped.client_aborted", Shutdown]
        ),
        ["the body is uploading unread, and does not end"] = new(
            AbortedAsync,
            IsSentWhole: false,
            view => view.Started.Task.IsCompleted,
            NothingAsync,
            OutlivesTheServer: true,
            ["dropped.body_incomplete", "dropped.client_aborted", Shutdown]
        ),
        ["the app runs, and ends"] = new(
            async context =>
            {
                await BodyDoors.ReadStreamAsync(context);
                await AppViews.Of(context).Gate.Task;
            },
            IsSentWhole: true,
            view => view.BodyDone.Task.IsCompleted,
            OpenAsync,
            OutlivesTheServer: false,
            [Copied]
        ),
        ["the app runs, and throws"] = new(
            async context =>
            {
                await BodyDoors.ReadStreamAsync(context);
                await AppViews.Of(context).Gate.Task;
                throw AppViews.Of(context).Own(new AppFaultException("the app's own"));
            },
            IsSentWhole: true,
            view => view.BodyDone.Task.IsCompleted,
            OpenAsync,
            OutlivesTheServer: false,
            [Copied]
        ),
        ["the app runs until it is aborted"] = new(
            async context =>
            {
                await BodyDoors.ReadStreamAsync(context);
                await AbortedAsync(context);
            },
            IsSentWhole: true,
            view => view.BodyDone.Task.IsCompleted,
            NothingAsync,
            OutlivesTheServer: true,
            [Copied, Shutdown, "failed.shutdown"]
        ),
        ["the app runs and hears nothing"] = new(
            async context =>
            {
                await BodyDoors.ReadStreamAsync(context);
                await AppViews.Of(context).LeftoverEnded.Task;
            },
            IsSentWhole: true,
            view => view.BodyDone.Task.IsCompleted,
            NothingAsync,
            OutlivesTheServer: true,
            [Shutdown]
        ),
        ["the response is written, and ends"] = new(
            async context =>
            {
                await BodyDoors.ReadStreamAsync(context);
                await context.Response.WriteAsync("first");
                await context.Response.Body.FlushAsync();
                AppViews.Of(context).Started.TrySetResult();
                await AppViews.Of(context).Gate.Task;
                await context.Response.WriteAsync("second");
            },
            IsSentWhole: true,
            view => view.Started.Task.IsCompleted,
            OpenAsync,
            OutlivesTheServer: false,
            [Copied]
        ),
        ["the response is written, and does not end"] = new(
            async context =>
            {
                await BodyDoors.ReadStreamAsync(context);
                AppViews.Of(context).Started.TrySetResult();
                var block = new byte[64 * 1024];
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(block);
                }
            },
            IsSentWhole: true,
            view => view.Started.Task.IsCompleted,
            NothingAsync,
            OutlivesTheServer: true,
            [Copied, Shutdown, "failed.shutdown"]
        ),
    };

    private static async Task SendTheRestAsync(
        WireClient client,
        FaultRequest request,
        AppView view,
        CancellationToken token
    ) => await client.SendAsync(request.Content.AsMemory(Half), token);

    private static Task OpenAsync(WireClient client, FaultRequest request, AppView view, CancellationToken token)
    {
        view.Gate.SetResult();
        return Task.CompletedTask;
    }

    private static Task NothingAsync(WireClient client, FaultRequest request, AppView view, CancellationToken token) =>
        Task.CompletedTask;

    // The server tells the app and the request apart, in either order; only with both does it know that the fault is not the app's.
    private static async Task ReadUntilAbortedAsync(HttpContext context)
    {
        try
        {
            await BodyDoors.ReadStreamAsync(context);
        }
        catch (Exception exception)
        {
            AppViews.Of(context).NoteException("app", exception);
            await AbortedAsync(context);
            throw;
        }
    }

    private static async Task AbortedAsync(HttpContext context)
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(aborted.SetResult);
        AppViews.Of(context).Started.TrySetResult();
        await aborted.Task;
        AppViews.Of(context).Note("aborted");
    }
}
