using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Selection;

namespace ShadowMiddleware.Hosting;

/// <summary>Hands the copies of a captured request to the shadows that keep them, and counts why others get none. Neither waits nor throws.</summary>
internal sealed class CopyHandOver
{
    private readonly ResponseSelector _responses;
    private readonly IPressureProtection _protection;
    private readonly GuardedLogger _logger;
    private int _faulted;

    public CopyHandOver(
        ResponseSelector responses,
        IPressureProtection protection,
        ILogger<TrafficMirroringMiddleware> logger
    )
    {
        _responses = responses;
        _protection = protection;
        _logger = new GuardedLogger(logger);
    }

    /// <summary>Hands over when the app is done.</summary>
    /// <param name="context">The request and its response. Not kept.</param>
    /// <param name="plan">Its shadows.</param>
    /// <param name="capture">Its capture, which ends.</param>
    /// <param name="threw">Whether an exception has left the app.</param>
    public void HandOver(HttpContext context, MirrorPlan plan, RequestCapture capture, bool threw)
    {
        var settled = 0;
        try
        {
            var request = capture.End(context, out var why);
            HandOver(request, why, context, plan, threw, ref settled);
        }
        catch (Exception exception)
        {
            // No memory left, for instance: not even that may take the place of what the app has thrown or answered.
            Lose(context, plan, exception, settled);
        }
    }

    /// <summary>Hands over a request that is whole when its response starts. What the response says at this moment decides.</summary>
    /// <param name="context">The request and its response. Not kept.</param>
    /// <param name="plan">Its shadows.</param>
    /// <param name="capture">Its capture, which ends.</param>
    public void HandOverEarly(HttpContext context, MirrorPlan plan, RequestCapture capture)
    {
        var settled = 0;
        try
        {
            var request = capture.EndEarly(out var why);
            HandOver(request, why, context, plan, threw: false, ref settled);
        }
        catch (Exception exception)
        {
            Lose(context, plan, exception, settled);
        }
    }

    /// <summary>Counts the loss of a request that could not be captured.</summary>
    /// <param name="context">The request. Not kept.</param>
    /// <param name="plan">Its shadows.</param>
    /// <param name="exception">What the capture has thrown.</param>
    public void Lose(HttpContext context, MirrorPlan plan, Exception exception) =>
        Lose(context, plan, exception, settled: 0);

    private void Lose(HttpContext context, MirrorPlan plan, Exception exception, int settled)
    {
        ReportFault(exception);
        foreach (var route in plan.Routes[settled..])
        {
            route.Dispatcher.Account.Drop(DropReason.BodyIncomplete, RequestLine.Of(context));
        }
    }

    // "settled" says how many of the routes have their count, so that what throws takes it from none.
    private void HandOver(
        CapturedRequest? request,
        NoCopy why,
        HttpContext context,
        MirrorPlan plan,
        bool threw,
        ref int settled
    )
    {
        if (request is null)
        {
            CloseAll(context, plan, why, threw, ref settled);
            return;
        }

        var copies = 0;
        try
        {
            request.PrimaryStatus = StatusOf(context, threw);
            foreach (var route in plan.Routes)
            {
                var keeps = _responses.Keeps(context, route, threw);
                settled++;
                if (!keeps)
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

    // For a message alone: a response of the app's that cannot be looked at has none, and its request goes on.
    private static int StatusOf(HttpContext context, bool threw)
    {
        try
        {
            return ResponseSelector.StatusOf(context, threw);
        }
        catch (Exception)
        {
            return 0;
        }
    }

    // What is never copied is skipped for that, whatever the response; what the response leaves out is no loss.
    private void CloseAll(HttpContext context, MirrorPlan plan, NoCopy why, bool threw, ref int settled)
    {
        foreach (var route in plan.Routes)
        {
            var account = route.Dispatcher.Account;
            var keeps = why.Skip is not null || _responses.Keeps(context, route, threw);
            settled++;
            if (why.Skip is { } reason)
            {
                account.SkipAccepted(reason);
            }
            else if (!keeps)
            {
                account.SkipAccepted(SkipReason.ResponseStatus);
            }
            else
            {
                account.Drop(why.Loss, RequestLine.Of(context));
            }
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
}
