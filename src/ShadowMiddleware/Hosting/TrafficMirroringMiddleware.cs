using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Selection;

namespace ShadowMiddleware.Hosting;

/// <summary>
/// Chooses, captures and hands over. A request that is not chosen goes straight on, without an allocation; one that is chosen waits
/// for nothing but the app; and no fault of mirroring reaches it.
/// </summary>
internal sealed partial class TrafficMirroringMiddleware
{
    private readonly RequestDelegate _next;
    private readonly ShadowDirectory _directory;
    private readonly MirrorSelector _selector;
    private readonly ResponseSelector _responses;
    private readonly IPressureProtection _protection;
    private readonly BlockPool _pool;
    private readonly BodyRescue _rescue;
    private readonly GuardedLogger _logger;
    private int _faulted;

    public TrafficMirroringMiddleware(
        RequestDelegate next,
        ShadowDirectory directory,
        MirrorSelector selector,
        ResponseSelector responses,
        IPressureProtection protection,
        BlockPool pool,
        BodyRescue rescue,
        ILogger<TrafficMirroringMiddleware> logger
    )
    {
        ArgumentNullException.ThrowIfNull(next);
        _next = next;
        _directory = directory;
        _selector = selector;
        _responses = responses;
        _protection = protection;
        _pool = pool;
        _rescue = rescue;
        _logger = new GuardedLogger(logger);
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
        var capture = BeginCapture(context, plan);
        if (capture is null)
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
            HandOver(context, plan, capture, threw: true);
            throw;
        }

        // A broken app returns no task at all: that is for the server to say.
        if (app is { IsCompleted: false })
        {
            return AwaitAsync(app, context, plan, capture);
        }

        HandOver(context, plan, capture, threw: app is not { IsCompletedSuccessfully: true });
        return app!;
    }

    private async Task AwaitAsync(Task app, HttpContext context, MirrorPlan plan, RequestCapture capture)
    {
        try
        {
            await app;
        }
        finally
        {
            HandOver(context, plan, capture, threw: !app.IsCompletedSuccessfully);
        }
    }

    private MirrorPlan Choose(HttpContext context)
    {
        try
        {
            return MirroredRequestMarker.TryMark(context.Features)
                ? _selector.Select(context, _directory.Current)
                : default;
        }
        catch (Exception exception)
        {
            ReportFault(exception);
            return default;
        }
    }

    private RequestCapture? BeginCapture(HttpContext context, MirrorPlan plan)
    {
        try
        {
            return RequestCapture.Begin(context, _pool, _rescue, plan.MaxBodyBytes, plan.NeedsPeer);
        }
        catch (Exception exception)
        {
            ReportFault(exception);
            CloseAll(context, plan, NoCopy.Lost(DropReason.BodyIncomplete));
            return null;
        }
    }

    // Whatever feature throws here throws for every request: one line says it all.
    private void ReportFault(Exception exception)
    {
        if (Interlocked.Exchange(ref _faulted, 1) == 0)
        {
            Log.MirroringFaulted(_logger, exception);
        }
    }

    private void HandOver(HttpContext context, MirrorPlan plan, RequestCapture capture, bool threw)
    {
        try
        {
            if (capture.End(context, out var why) is { } request)
            {
                HandOver(request, context, plan, threw);
            }
            else
            {
                CloseAll(context, plan, why, threw);
            }
        }
        catch (Exception exception)
        {
            // No memory left, for instance: not even that may take the place of what the app has thrown or answered.
            ReportFault(exception);
        }
    }

    private void HandOver(CapturedRequest request, HttpContext context, MirrorPlan plan, bool threw)
    {
        var copies = 0;
        try
        {
            request.PrimaryStatus = ResponseSelector.StatusOf(context, threw);
            foreach (var route in plan.Routes)
            {
                if (!_responses.Keeps(context, route, threw))
                {
                    route.Dispatcher.Account.SkipAccepted(SkipReason.ResponseStatus);
                    continue;
                }

                copies++;
                if (request.BodyLength > route.Configuration.MaxBodyBytes)
                {
                    route.Dispatcher.Account.Drop(DropReason.BodyTooLarge, request.Line);
                }
                else
                {
                    route.Dispatcher.HandOver(request);
                }
            }

            _protection.Charge(copies, request.BodyLength);
        }
        finally
        {
            request.Release();
        }
    }

    // What is never copied is skipped for that, whatever the response; what the response leaves out is no loss.
    private void CloseAll(HttpContext context, MirrorPlan plan, NoCopy why, bool threw)
    {
        foreach (var route in plan.Routes)
        {
            Close(
                context,
                route,
                why.Skip is null && !_responses.Keeps(context, route, threw)
                    ? NoCopy.Skipped(SkipReason.ResponseStatus)
                    : why
            );
        }
    }

    private static void CloseAll(HttpContext context, MirrorPlan plan, NoCopy why)
    {
        foreach (var route in plan.Routes)
        {
            Close(context, route, why);
        }
    }

    private static void Close(HttpContext context, ShadowRoute route, NoCopy why)
    {
        var account = route.Dispatcher.Account;
        if (why.Skip is { } reason)
        {
            account.SkipAccepted(reason);
        }
        else
        {
            account.Drop(why.Loss, RequestLine.Of(context));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventIds.MirroringFaulted,
            LogLevel.Error,
            "A request could not be looked at and is not mirrored. The request itself goes on. Further faults of this kind are not logged.",
            EventName = nameof(MirroringFaulted)
        )]
        public static partial void MirroringFaulted(ILogger logger, Exception exception);
    }
}
