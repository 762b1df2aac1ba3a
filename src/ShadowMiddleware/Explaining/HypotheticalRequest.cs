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

        var context = new DefaultHttpContext { RequestServices = services };
        var request = context.Request;
        request.Method = method;
        request.Scheme = Uri.UriSchemeHttp;
        request.Protocol = HttpProtocol.Http11;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        request.Path = target == "*" ? default : PathString.FromUriComponent(query < 0 ? target : target[..query]);
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

    private sealed class Upgradable : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => true;

        public Task<Stream> UpgradeAsync() => throw new NotSupportedException("There is no connection.");
    }
}
