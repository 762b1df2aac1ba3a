using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Selection;

/// <summary>
/// Decides whether a request belongs to the share of a shadow. By a key, the same key gets the same decision on every instance and after each restart, and a
/// higher share only adds keys. A request without the key is drawn at random.
/// </summary>
internal sealed class RequestSampler
{
    private readonly ISampler _random;

    /// <param name="random">Draws where there is no key.</param>
    public RequestSampler(ISampler random) => _random = random;

    /// <summary>Never throws.</summary>
    /// <param name="context">The request. Not kept.</param>
    /// <param name="shadow">The shadow.</param>
    /// <param name="percent">The share; 0 is never and 100 is always.</param>
    public bool Draw(HttpContext context, ShadowConfiguration shadow, double percent) =>
        percent switch
        {
            <= 0 => false,
            >= 100 => true,
            _ => shadow.SampleBy.Kind switch
            {
                SampleKeyKind.Random => _random.Draw(percent),
                SampleKeyKind.TraceId => DrawByTrace(context, percent),
                _ => DrawByKey(context, shadow, percent),
            },
        };

    /// <summary>How likely it is that the request belongs to the share, in percent: all or nothing where a key decides. Never throws.</summary>
    /// <param name="context">The request. Not kept.</param>
    /// <param name="shadow">The shadow.</param>
    /// <param name="percent">The share; 0 is never and 100 is always.</param>
    public double Chance(HttpContext context, ShadowConfiguration shadow, double percent) =>
        HasKey(context, shadow) ? (Draw(context, shadow, percent) ? 100 : 0) : percent;

    private static bool HasKey(HttpContext context, ShadowConfiguration shadow) =>
        shadow.SampleBy.Kind switch
        {
            SampleKeyKind.Random => false,
            SampleKeyKind.TraceId => HasTrace(context),
            _ => !IsEmpty(Find(context, shadow.SampleBy)),
        };

    private static bool HasTrace(HttpContext context) =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
            ? activity.TraceId != default
            : Find(context, SampleKey.TraceId) is [var field] && TraceParent.TryGetTraceId(field, out _);

    private bool DrawByKey(HttpContext context, ShadowConfiguration shadow, double percent)
    {
        var key = Find(context, shadow.SampleBy);
        return IsEmpty(key) ? _random.Draw(percent) : StickyDraw.Falls(key, shadow.Salt, percent);
    }

    // The trace of the request as the platform has it. It makes none when nobody listens; then the client's own is the same one.
    private bool DrawByTrace(HttpContext context, double percent)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            return activity.TraceId is var trace && trace != default
                ? TraceDraw.Falls(trace, percent)
                : _random.Draw(percent);
        }

        return Find(context, SampleKey.TraceId) is [var field] && TraceParent.TryGetTraceId(field, out var traceId)
            ? TraceDraw.Falls(traceId, percent)
            : _random.Draw(percent);
    }

    private static bool IsEmpty(StringValues key)
    {
        foreach (var value in key)
        {
            if (!string.IsNullOrEmpty(value))
            {
                return false;
            }
        }

        return true;
    }

    private static StringValues Find(HttpContext context, SampleKey key)
    {
        try
        {
            return key.Kind switch
            {
                SampleKeyKind.TraceId => context.Request.Headers.TraceParent,
                SampleKeyKind.Header => context.Request.Headers[key.Name],
                SampleKeyKind.Cookie => context.Request.Cookies[key.Name],
                _ => context.User.FindFirst(key.Name)?.Value,
            };
        }
        catch (Exception)
        {
            // A principal, header fields or cookies of the app's: a key that cannot be read is one that is not there.
            return default;
        }
    }
}
