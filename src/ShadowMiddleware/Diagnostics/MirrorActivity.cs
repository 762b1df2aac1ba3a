using System.Diagnostics;

namespace ShadowMiddleware.Diagnostics;

/// <summary>The trace of a copy.</summary>
internal static class MirrorActivity
{
    private static readonly ActivitySource Source = new(TrafficMirroringDiagnostics.ActivitySourceName);

    /// <summary>Starts a trace for one copy, or nothing when nobody listens.</summary>
    /// <param name="primary">The request's own trace: a link, never the parent.</param>
    /// <param name="request">The request.</param>
    /// <param name="shadow">The name of the shadow.</param>
    /// <param name="address">Its address.</param>
    public static Activity? Start(ActivityContext primary, RequestLine request, string shadow, string address)
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
            activity?.SetTag("shadow.name", shadow);
            Describe(activity, request, address);
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

    // The names of OpenTelemetry's conventions. The query may hold secrets.
    private static void Describe(Activity? activity, RequestLine request, string address)
    {
        if (activity is { IsAllDataRequested: true })
        {
            var server = new Uri(address);
            activity
                .SetTag("http.request.method", request.Method)
                .SetTag("url.path", request.Target?.Split('?')[0])
                .SetTag("server.address", server.Host)
                .SetTag("server.port", server.Port);
        }
    }

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
