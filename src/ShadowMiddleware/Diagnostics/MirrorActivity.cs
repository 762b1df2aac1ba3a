using System.Diagnostics;

namespace ShadowMiddleware.Diagnostics;

/// <summary>The trace of a copy.</summary>
internal static class MirrorActivity
{
    private static readonly ActivitySource Source = new(TrafficMirroringDiagnostics.ActivitySourceName);

    /// <summary>Starts a trace for one copy, or nothing when nobody listens.</summary>
    /// <param name="primary">The request's own trace: a link, never the parent.</param>
    /// <param name="method">The method of the request.</param>
    /// <param name="shadow">The name of the shadow.</param>
    public static Activity? Start(ActivityContext primary, string method, string shadow)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        // An activity of the thread would become the parent. A worker has none, unless a listener or a handler left one behind.
        Activity.Current = null;
        try
        {
            ActivityLink[]? links = primary.TraceId == default ? null : [new ActivityLink(primary)];
            var activity = Source.CreateActivity(
                $"mirror {shadow}",
                ActivityKind.Client,
                parentContext: default,
                links: links
            );
            activity?.SetTag("shadow.name", shadow).SetTag("http.request.method", method);
            return activity?.Start();
        }
        catch (Exception)
        {
            // Of a listener, which must not cost the copy its send or its count.
            return null;
        }
    }

    /// <summary>Notes the shadow's answer, with which the trace ends.</summary>
    public static void Answered(Activity? activity, int statusCode) =>
        End(activity?.SetTag("http.response.status_code", statusCode));

    /// <summary>Notes why there was no answer, with which the trace ends.</summary>
    public static void Failed(Activity? activity, string reason) =>
        End(activity?.SetTag("error.type", reason).SetStatus(ActivityStatusCode.Error));

    private static void End(Activity? activity)
    {
        try
        {
            activity?.Stop();
        }
        catch (Exception)
        {
            // Of a listener.
        }
    }
}
