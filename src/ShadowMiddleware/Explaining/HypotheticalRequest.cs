using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ShadowMiddleware.Configuration;

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
        request.Protocol = HttpProtocol.Http11;
        request.Path = target == "*" ? default : new PathString(PathOf(encoded));
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

        if (
            request.Headers.Connection.Any(value =>
                value!.Contains(HeaderNames.Upgrade, StringComparison.OrdinalIgnoreCase)
            )
        )
        {
            context.Features.Set<IHttpUpgradeFeature>(new Upgradable());
        }

        return context;
    }

    private static bool IsTarget(string target, string method) =>
        (target.StartsWith('/') || (target == "*" && HttpMethods.IsOptions(method)))
        && !target.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !target.Contains('#', StringComparison.Ordinal);

    // As servers do before the pipeline sees it: decoded, with %2F left as it is, and then without dot segments (RFC 3986, section 5.2.4).
    private static string PathOf(string encoded)
    {
        var decoded = PathString.FromUriComponent(encoded).Value!;
        if (!decoded.Contains("/.", StringComparison.Ordinal))
        {
            return decoded;
        }

        var segments = decoded[1..].Split('/');
        var kept = new List<string>(segments.Length);
        foreach (var segment in segments)
        {
            if (segment is "..")
            {
                kept.RemoveRange(Math.Max(kept.Count - 1, 0), Math.Min(kept.Count, 1));
            }
            else if (segment is not ".")
            {
                kept.Add(segment);
            }
        }

        // What a last dot segment leaves is a folder.
        if (segments[^1] is "." or "..")
        {
            kept.Add("");
        }

        return "/" + string.Join('/', kept);
    }

    private sealed class Upgradable : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => true;

        public Task<Stream> UpgradeAsync() => throw new NotSupportedException("There is no connection.");
    }
}
