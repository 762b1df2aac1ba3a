using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Selection;

/// <summary>Finds the rule that decides on a request. Allocates nothing.</summary>
internal static class RuleMatcher
{
    /// <returns>The index of the first rule whose conditions all hold, or -1.</returns>
    public static int Find(HttpContext context, ImmutableArray<RuleConfiguration> rules)
    {
        for (var i = 0; i < rules.Length; i++)
        {
            if (Matches(context.Request, rules[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <returns>The index of the first rule whose conditions all hold; <see langword="null"/> when there is none, or when the request cannot be looked at.</returns>
    public static int? TryFind(HttpContext context, ImmutableArray<RuleConfiguration> rules)
    {
        try
        {
            return Find(context, rules) is >= 0 and var index ? index : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    // The cheapest first.
    private static bool Matches(HttpRequest request, RuleConfiguration rule) =>
        MatchesMethod(request.Method, rule.Methods)
        && MatchesPath(request, rule.Paths)
        && MatchesHost(request, rule.Hosts)
        && MatchesHeaders(request, rule.Headers)
        && MatchesQuery(request, rule.Query);

    private static bool MatchesMethod(string method, ImmutableArray<string> methods)
    {
        foreach (var one in methods)
        {
            if (string.Equals(one, method, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return methods.IsEmpty;
    }

    private static bool MatchesPath(HttpRequest request, ImmutableArray<PathPattern> paths)
    {
        if (paths.IsEmpty)
        {
            return true;
        }

        var path = request.Path.Value;
        foreach (var pattern in paths)
        {
            if (PathMatcher.Matches(pattern, path))
            {
                return true;
            }
        }

        return false;
    }

    private static bool MatchesHost(HttpRequest request, ImmutableArray<HostPattern> hosts)
    {
        if (hosts.IsEmpty)
        {
            return true;
        }

        // Not Request.Host, which decodes what is in another script. The server lets no second one through.
        var host = request.Headers.Host is [var first, ..] ? first : null;
        foreach (var pattern in hosts)
        {
            if (HostMatcher.Matches(pattern, host))
            {
                return true;
            }
        }

        return false;
    }

    private static bool MatchesHeaders(HttpRequest request, ImmutableArray<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers)
        {
            if (!Holds(request.Headers[name], value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Holds(StringValues lines, string value)
    {
        foreach (var line in lines)
        {
            if (string.Equals(line, value, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool MatchesQuery(HttpRequest request, ImmutableArray<KeyValuePair<string, string>> query)
    {
        foreach (var (name, value) in query)
        {
            if (!Holds(request.QueryString.Value, name, value))
            {
                return false;
            }
        }

        return true;
    }

    // Not Request.Query, which makes a dictionary.
    private static bool Holds(string? query, string name, string value)
    {
        foreach (var parameter in new QueryStringEnumerable(query))
        {
            if (
                QueryText.Equals(parameter.EncodedName.Span, name, StringComparison.OrdinalIgnoreCase)
                && QueryText.Equals(parameter.EncodedValue.Span, value, StringComparison.Ordinal)
            )
            {
                return true;
            }
        }

        return false;
    }
}
