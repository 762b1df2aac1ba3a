using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Sending;

/// <summary>Which header fields of a request do not belong to its copy.</summary>
internal static class HeaderRules
{
    /// <summary>Whether the field concerns this connection or this hop's framing.</summary>
    public static bool StaysBehind(string name) => name.StartsWith(':') || ReservedHeaders.IsReserved(name);

    /// <summary>Whether a comma-separated list of tokens holds one, without regard to case, as Connection and TE do (RFC 9110 sections 7.6.1 and 10.1.4).</summary>
    public static bool HasToken(StringValues list, string token)
    {
        foreach (var value in list)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                if (value.AsSpan()[range].Trim().Equals(token, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The values of a field; none when the request has no such field.</summary>
    public static StringValues Find(KeyValuePair<string, StringValues>[] headers, string name)
    {
        foreach (var (candidate, values) in headers)
        {
            if (candidate.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return values;
            }
        }

        return default;
    }

    /// <summary>Whether the configuration says what the field is in the copy, whatever it was in the request.</summary>
    public static bool IsSet(ShadowConfiguration shadow, string name)
    {
        foreach (var (set, _) in shadow.SetHeaders)
        {
            if (set.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return shadow.Shaping is { BearerTokenProvider: not null }
            && name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>All values of a field as one (RFC 9110 section 5.3). The client would join some known fields with a blank.</summary>
    public static string Combine(string name, StringValues values) =>
        values.Count <= 1 ? values.ToString()
        : name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase) ? string.Join("; ", values.AsEnumerable())
        : string.Join(", ", values.AsEnumerable());
}
