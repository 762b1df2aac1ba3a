using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Selection;

/// <summary>The requests that no shadow ever receives.</summary>
internal static class RequestGuards
{
    /// <summary>Why the request cannot be mirrored to any shadow; <see langword="null"/> when it can.</summary>
    public static SkipReason? Examine(HttpContext context, string tagHeader)
    {
        var request = context.Request;
        if (request.Headers.ContainsKey(tagHeader))
        {
            return SkipReason.Loop;
        }

        // WebSockets and tunnels arrive as CONNECT on HTTP/2 (RFC 8441), and with an Upgrade on HTTP/1.1. The feature is asked last
        // because looking it up costs more than the rest together.
        if (
            HttpMethods.IsConnect(request.Method)
            || (
                request.Headers.Connection.Count > 0
                && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            )
        )
        {
            return SkipReason.Upgrade;
        }

        // The asterisk-form (RFC 9112 section 3.2.4), which the client cannot send. No other method may have it.
        if (HttpMethods.IsOptions(request.Method) && context.Features.Get<IHttpRequestFeature>() is { RawTarget: "*" })
        {
            return SkipReason.Target;
        }

        return null;
    }

    /// <summary>Whether the method may change something (RFC 9110 section 9.2.1).</summary>
    public static bool IsWrite(string method) =>
        !HttpMethods.IsGet(method)
        && !HttpMethods.IsHead(method)
        && !HttpMethods.IsOptions(method)
        && !HttpMethods.IsTrace(method);
}
