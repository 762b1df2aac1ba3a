using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Selection;

/// <summary>Decides, when the app is done, whether its response keeps a copy.</summary>
internal sealed class ResponseSelector
{
    private readonly SelectionFaults _faults;

    public ResponseSelector(SelectionFaults faults) => _faults = faults;

    /// <summary>Never throws.</summary>
    /// <param name="context">The request and its response. Not kept.</param>
    /// <param name="route">The shadow, with the rule that has decided.</param>
    /// <param name="threw">Whether an exception has left the app. Its status is then not yet the one that the client gets.</param>
    public bool Keeps(HttpContext context, ShadowRoute route, bool threw)
    {
        if (route.ResponseStatus is null && route.Configuration.Choice is not { WhenResponse.IsEmpty: false })
        {
            return true;
        }

        try
        {
            var status = StatusOf(context, threw);
            return route.ResponseStatus?.Contains(status) != false && HoldsWhenResponse(context, route);
        }
        catch (Exception exception)
        {
            _faults.Report(route.Configuration.Name, SkipReason.ResponseStatus, exception);
            return false;
        }
    }

    /// <summary>The status that counts as the primary's: that of an exception which escapes is not set yet.</summary>
    public static int StatusOf(HttpContext context, bool threw) =>
        threw ? StatusCodes.Status500InternalServerError : context.Response.StatusCode;

    private static bool HoldsWhenResponse(HttpContext context, ShadowRoute route)
    {
        if (route.Configuration.Choice is { } choice)
        {
            foreach (var predicate in choice.WhenResponse)
            {
                if (!predicate(context))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
