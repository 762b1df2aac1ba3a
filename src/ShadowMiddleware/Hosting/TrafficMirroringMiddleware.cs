using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Selection;

namespace ShadowMiddleware.Hosting;

/// <summary>
/// Chooses, captures and hands over. A request that is not chosen goes straight on, without an allocation; one that is chosen waits
/// for nothing but the app; and no fault of mirroring reaches it.
/// </summary>
internal sealed class TrafficMirroringMiddleware
{
    private readonly RequestDelegate _next;
    private readonly ShadowDirectory _directory;
    private readonly MirrorSelector _selector;
    private readonly CopyHandOver _handOver;
    private readonly BlockPool _pool;
    private readonly BodyRescue _rescue;

    public TrafficMirroringMiddleware(
        RequestDelegate next,
        ShadowDirectory directory,
        MirrorSelector selector,
        CopyHandOver handOver,
        BlockPool pool,
        BodyRescue rescue
    )
    {
        ArgumentNullException.ThrowIfNull(next);
        _next = next;
        _directory = directory;
        _selector = selector;
        _handOver = handOver;
        _pool = pool;
        _rescue = rescue;
    }

    public Task Invoke(HttpContext context)
    {
        var plan = Choose(context);
        return plan.IsEmpty ? _next(context) : InvokeMirrored(context, plan);
    }

    // Not async: what the app throws before it has a task is thrown on, and a task that has ended is handed on as it is, so that who
    // stands in front meets what it would meet without the mirror.
    private Task InvokeMirrored(HttpContext context, MirrorPlan plan)
    {
        var pending = Begin(context, plan);
        if (pending is null)
        {
            return _next(context);
        }

        Task app;
        try
        {
            app = _next(context);
        }
        catch
        {
            pending.End(threw: true);
            throw;
        }

        // A broken app returns no task at all: that is for the server to say.
        if (app is { IsCompleted: false })
        {
            return AwaitAsync(app, pending);
        }

        pending.End(threw: app is not { IsCompletedSuccessfully: true });
        return app!;
    }

    private static async Task AwaitAsync(Task app, PendingRequest pending)
    {
        try
        {
            await app;
        }
        finally
        {
            pending.End(threw: !app.IsCompletedSuccessfully);
        }
    }

    private MirrorPlan Choose(HttpContext context)
    {
        var routes = _directory.Current;
        try
        {
            if (!MirroredRequestMarker.TryMark(context.Features))
            {
                return default;
            }
        }
        catch (Exception exception)
        {
            // Nobody can tell whether it was counted before.
            _selector.Refuse(routes, exception);
            return default;
        }

        return _selector.Select(context, routes);
    }

    private PendingRequest? Begin(HttpContext context, MirrorPlan plan)
    {
        try
        {
            var capture = RequestCapture.Begin(context, _pool, _rescue, plan.MaxBodyBytes, plan.NeedsPeer);
            var pending = new PendingRequest(context, plan, capture, _handOver);
            pending.WatchStart();
            return pending;
        }
        catch (Exception exception)
        {
            _handOver.Lose(context, plan, exception);
            return null;
        }
    }
}
