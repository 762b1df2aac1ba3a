using System.Text.RegularExpressions;
using ShadowMiddleware.Fuzzer.Apps;

namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>
/// What the copy of a request is when the configuration changes nothing of it. The rules are written down here a second time, on purpose:
/// a list shared with the library would agree with it when it is wrong.
/// </summary>
internal static partial class CopyModel
{
    private static readonly HashSet<string> StayBehind = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "HTTP2-Settings",
        "Expect",
        "Host",
        "Content-Length",
        "traceparent",
        "tracestate",
    };

    /// <param name="arrival">The request.</param>
    /// <param name="body">Its body; <see langword="null"/> when it is not known.</param>
    /// <param name="shadow">The name of the shadow.</param>
    /// <param name="authority">Its host and port.</param>
    public static ExpectedCopy Of(Arrival arrival, byte[]? body, string shadow, string authority) =>
        new()
        {
            Shadow = shadow,
            Host = authority,
            Method = arrival.Method,
            Target = OriginForm(arrival.RawTarget),
            Fields = Fields(arrival),
            Body = body,
        };

    // RFC 9112 section 3.2.
    internal static string OriginForm(string target)
    {
        if (target.StartsWith('/'))
        {
            return target;
        }

        var match = AbsoluteForm().Match(target);
        var rest = match.Groups["rest"].Value;
        return rest.StartsWith('/') ? rest : "/" + rest;
    }

    private static Dictionary<string, string> Fields(Arrival arrival)
    {
        var named = arrival["Connection"]
            .SelectMany(value => value!.Split(','))
            .Select(name => name.Trim(' ', '\t'))
            .ToArray();
        return arrival
            .Headers.Where(field =>
                !StayBehind.Contains(field.Key) && !named.Contains(field.Key, StringComparer.OrdinalIgnoreCase)
            )
            .ToDictionary(
                field => field.Key,
                field =>
                    string.Join(
                            field.Key.Equals("Cookie", StringComparison.OrdinalIgnoreCase) ? "; " : ", ",
                            field.Value.AsEnumerable()
                        )
                        .Trim(' ', '\t'),
                StringComparer.OrdinalIgnoreCase
            );
    }

    [GeneratedRegex(
        "^[^:/?#]+://[^/?]*(?<rest>.*)$",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex AbsoluteForm();
}
