using System.Globalization;
using System.Text.RegularExpressions;
using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Shadows;

namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>
/// Law 4: whether a copy is what the primary received. The rules are written down here a second time, on purpose: a list shared with
/// the library would agree with it when it is wrong.
/// </summary>
internal sealed partial class CopyJudge
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

    private static readonly HashSet<string> Added = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host",
        "Content-Length",
        "traceparent",
        "tracestate",
        Fuzzing.TagHeader,
        ArrivalRecorder.IdHeader,
    };

    private readonly string _authority;

    public CopyJudge(string authority) => _authority = authority;

    /// <summary>What is wrong with the copy; <see langword="null"/> when nothing is.</summary>
    public string? FaultIn(ReceivedCopy copy, Arrival arrival, byte[] body) =>
        FaultInStart(copy, arrival)
        ?? FaultInFields(copy, arrival)
        ?? FaultInFraming(copy, body)
        ?? FaultInAdditions(copy);

    private static string? FaultInStart(ReceivedCopy copy, Arrival arrival)
    {
        if (copy.Version != "HTTP/1.1")
        {
            return $"its version is {copy.Version}";
        }

        if (copy.Method != arrival.Method)
        {
            return $"its method is {copy.Method}";
        }

        var target = OriginForm(arrival.RawTarget);
        return copy.Target == target ? null : $"its target should be {target}";
    }

    // RFC 9112 section 3.2.
    private static string OriginForm(string target)
    {
        if (target.StartsWith('/'))
        {
            return target;
        }

        var match = AbsoluteForm().Match(target);
        var rest = match.Groups["rest"].Value;
        return rest.StartsWith('/') ? rest : "/" + rest;
    }

    private static string? FaultInFields(ReceivedCopy copy, Arrival arrival)
    {
        var named = arrival["Connection"]
            .SelectMany(value => value!.Split(','))
            .Select(name => name.Trim(' ', '\t'))
            .ToArray();
        var expected = arrival
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

        foreach (var (name, value) in expected)
        {
            if (copy.Value(name)?.Trim(' ', '\t') is not { } found)
            {
                return $"the field {name} is missing";
            }

            if (found != value)
            {
                return $"the field {name} should be \"{value}\"";
            }
        }

        var extra = copy.Fields.FirstOrDefault(field => !Added.Contains(field.Key) && !expected.ContainsKey(field.Key));
        return extra.Key is null ? null : $"the field {extra.Key} does not belong to it";
    }

    private static string? FaultInFraming(ReceivedCopy copy, byte[] body)
    {
        if (!copy.Body.AsSpan().SequenceEqual(body))
        {
            return $"its body has {copy.Body.Length} bytes and should have these {body.Length}: {Escaped.Text(body)}; the first {copy.Body.AsSpan().CommonPrefixLength(body)} agree";
        }

        if (copy.IsChunked)
        {
            return "its length is known, and it is sent in chunks";
        }

        var length = copy.Value("Content-Length");
        if (body.Length > 0)
        {
            return length == body.Length.ToString(CultureInfo.InvariantCulture) ? null : "its Content-Length is wrong";
        }

        var mayBeZero =
            copy.Method is not ("GET" or "HEAD" or "OPTIONS")
            || copy.Fields.Any(field =>
                field.Key.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
                    && !field.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                || field.Key.ToUpperInvariant() is "ALLOW" or "EXPIRES" or "LAST-MODIFIED"
            );
        return length is null || (length == "0" && mayBeZero) ? null : "it has no body but a Content-Length";
    }

    private string? FaultInAdditions(ReceivedCopy copy)
    {
        if (copy.Value("Host") != _authority)
        {
            return "its Host is not the shadow's";
        }

        if (copy.Value(Fuzzing.TagHeader) is not { } tag || !Tag().IsMatch(tag))
        {
            return "its tag is missing or broken";
        }

        return copy.Value("traceparent") is { } trace && !TraceParent().IsMatch(trace)
            ? "its traceparent is broken"
            : null;
    }

    [GeneratedRegex(
        "^[^:/?#]+://[^/?]*(?<rest>.*)$",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex AbsoluteForm();

    [GeneratedRegex("^exact;id=\"[0-9a-f]{32}\"$", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Tag();

    [GeneratedRegex("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TraceParent();
}
