using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Explaining;

/// <summary>Makes the context of a request that nobody has sent.</summary>
internal static class HypotheticalRequest
{
    /// <exception cref="ArgumentException">An argument is none that a request could have.</exception>
    public static HttpContext Create(
        string method,
        string target,
        IEnumerable<KeyValuePair<string, string>> headers,
        ClaimsPrincipal? user,
        IServiceProvider services
    )
    {
        if (!HeaderNameRules.IsToken(method))
        {
            throw new ArgumentException("This is not a method.", nameof(method));
        }

        if (!IsTarget(target, method))
        {
            throw new ArgumentException(
                "A target is a path with or without a query, as a client writes it: /orders/42?preview=true, in visible ASCII.",
                nameof(target)
            );
        }

        var query = target.IndexOf('?', StringComparison.Ordinal);
        var encoded = query < 0 ? target : target[..query];
        if (encoded.Contains("%00", StringComparison.Ordinal))
        {
            throw new ArgumentException("No server accepts a path with a NUL, which is %00 here.", nameof(target));
        }

        var context = new DefaultHttpContext { RequestServices = services };
        var request = context.Request;
        request.Method = method;
        request.Scheme = Uri.UriSchemeHttp;
        request.Path = target == "*" ? default : ReadPath(encoded);
        request.QueryString = query < 0 ? default : new QueryString(target[query..]);
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        foreach (var (name, value) in headers)
        {
            if (name is null || value is null || !HeaderNameRules.IsToken(name) || !HeaderNameRules.IsValue(value))
            {
                throw new ArgumentException("A header needs a name and a value.", nameof(headers));
            }

            request.Headers[name] = StringValues.Concat(request.Headers[name], value);
        }

        if (user is not null)
        {
            context.User = user;
        }

        // Over HTTP/1.1 there are no gRPC calls, so it must have come over the other.
        request.Protocol = GrpcContentType.Matches(request.Headers.ContentType)
            ? HttpProtocol.Http2
            : HttpProtocol.Http11;
        if (HeaderRules.HasToken(request.Headers.Connection, HeaderNames.Upgrade))
        {
            context.Features.Set<IHttpUpgradeFeature>(new Upgradable());
        }

        return context;
    }

    // Servers decode all but %2F, and then remove dot segments (RFC 3986 section 5.2.4).
    private static PathString ReadPath(string path)
    {
        var segments = PathString.FromUriComponent(path).Value!.Split('/')[1..];
        var kept = new List<string>();
        foreach (var segment in segments)
        {
            if (segment == ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (segment is not ("." or ".."))
            {
                kept.Add(segment);
            }
        }

        // What ends with one ends with a slash.
        if (segments[^1] is "." or "..")
        {
            kept.Add("");
        }

        return new PathString($"/{string.Join('/', kept)}");
    }

    private static bool IsTarget(string target, string method) =>
        (target.StartsWith('/') || (target == "*" && HttpMethods.IsOptions(method)))
        && !target.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !target.Contains('#', StringComparison.Ordinal);

    private sealed class Upgradable : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => true;

        public Task<Stream> UpgradeAsync() => throw new NotSupportedException("There is no connection.");
    }
}
