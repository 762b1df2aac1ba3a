using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Selection;

/// <summary>The requests that no shadow ever receives.</summary>
internal static class RequestGuards
{
    /// <summary>Why the request cannot be mirrored to any shadow; <see langword="null"/> when it can.</summary>
    /// <param name="context">The request. Not kept.</param>
    /// <param name="tagHeader">The name of the tag's header.</param>
    /// <param name="isHub">Whether its endpoint belongs to a connection of SignalR or Blazor.</param>
    public static SkipReason? Examine(HttpContext context, string tagHeader, bool isHub = false)
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
                && NamesAnotherProtocol(request.Headers.Upgrade)
            )
        )
        {
            return SkipReason.Upgrade;
        }

        if (isHub)
        {
            return SkipReason.Hub;
        }

        // The asterisk-form (RFC 9112 section 3.2.4), which the client cannot send. No other method may have it.
        if (HttpMethods.IsOptions(request.Method) && context.Features.Get<IHttpRequestFeature>() is { RawTarget: "*" })
        {
            return SkipReason.Target;
        }

        return null;
    }

    // Clients that would like HTTP/2 offer h2c with ordinary requests, and some proxies write "Connection: upgrade" on every one. Servers
    // answer both over HTTP/1.1: they do not do h2c, and may switch to nothing that was not offered (RFC 9110 section 7.8).
    private static bool NamesAnotherProtocol(StringValues upgrade)
    {
        foreach (var value in upgrade)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                var protocol = value.AsSpan()[range].Trim();
                if (!protocol.IsEmpty && !protocol.Equals("h2c", StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// Whether the method may change something: all but those that RFC 9110 section 9.2.1 and the registry of HTTP methods call
    /// safe. PROPFIND, REPORT and SEARCH are those of WebDAV (RFC 4918, RFC 3253, RFC 5323).
    /// </summary>
    public static bool IsWrite(string method) =>
        !HttpMethods.IsGet(method)
        && !HttpMethods.IsHead(method)
        && !HttpMethods.IsOptions(method)
        && !HttpMethods.IsTrace(method)
        && !HttpMethods.IsQuery(method)
        && !HttpMethods.Equals(method, "PROPFIND")
        && !HttpMethods.Equals(method, "REPORT")
        && !HttpMethods.Equals(method, "SEARCH");
}
