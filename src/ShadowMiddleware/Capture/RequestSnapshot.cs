using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.Capture;

/// <summary>Takes what a request looks like when it arrives, before later middleware changes it.</summary>
internal static class RequestSnapshot
{
    /// <param name="context">The request. Not kept.</param>
    /// <param name="withPeer">Whether a copy is to say what connection the request came by.</param>
    /// <param name="pool">Whose budget is to count what the request holds; <see langword="null"/> for one that is not kept.</param>
    public static CapturedRequest Take(HttpContext context, bool withPeer = false, BlockPool? pool = null)
    {
        var request = context.Request;

        // CopyTo rather than an enumeration: the server's own dictionary copies without allocating an enumerator.
        var headers = new KeyValuePair<string, StringValues>[request.Headers.Count];
        request.Headers.CopyTo(headers, 0);
        KeepRepeated(headers);

        var target = TargetOf(context);
        var isGrpc =
            !HttpProtocol.IsHttp11(request.Protocol)
            && !HttpProtocol.IsHttp10(request.Protocol)
            && GrpcContentType.Matches(request.Headers.ContentType);
        var trace = Activity.Current?.Context ?? default;
        return withPeer
            ? new CapturedRequestWithPeer
            {
                Method = request.Method,
                Target = target,
                Headers = headers,
                IsGrpc = isGrpc,
                Trace = trace,
                Pool = pool,
                PeerAddress = context.Features.Get<IHttpConnectionFeature>()?.RemoteIpAddress,
                Scheme = request.Scheme,
            }
            : new CapturedRequest
            {
                Method = request.Method,
                Target = target,
                Headers = headers,
                IsGrpc = isGrpc,
                Trace = trace,
                Pool = pool,
            };
    }

    /// <summary>The target as a copy would carry it: without scheme and authority (RFC 9112 section 3.2.2), every other byte as it came.</summary>
    /// <param name="context">The request. Not kept.</param>
    public static string TargetOf(HttpContext context) =>
        OriginForm(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, context.Request);

    // The values of a field that was repeated are in an array of the server's, which the app may sort or change in place.
    private static void KeepRepeated(KeyValuePair<string, StringValues>[] headers)
    {
        foreach (ref var header in headers.AsSpan())
        {
            if (header.Value.Count > 1)
            {
                header = new(header.Key, (string?[])header.Value.ToArray().Clone());
            }
        }
    }

    private static string OriginForm(string rawTarget, HttpRequest request)
    {
        if (rawTarget.StartsWith('/'))
        {
            return rawTarget;
        }

        var authority = rawTarget.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
        {
            // No server wrote down the target: hosts made for tests, mostly.
            return UriHelper.BuildRelative(request.PathBase, request.Path, request.QueryString);
        }

        var rest = rawTarget.AsSpan(authority + "://".Length);
        var pathOrQuery = rest.IndexOfAny('/', '?');
        if (pathOrQuery < 0)
        {
            return "/";
        }

        return rest[pathOrQuery] == '/' ? rest[pathOrQuery..].ToString() : $"/{rest[pathOrQuery..]}";
    }
}
