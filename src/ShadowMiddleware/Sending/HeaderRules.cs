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

    /// <summary>All values of a field as one (RFC 9110 section 5.3). The client would join some known fields with a blank.</summary>
    public static string Combine(string name, StringValues values) =>
        values.Count <= 1 ? values.ToString()
        : name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase) ? string.Join("; ", values.AsEnumerable())
        : string.Join(", ", values.AsEnumerable());
}
