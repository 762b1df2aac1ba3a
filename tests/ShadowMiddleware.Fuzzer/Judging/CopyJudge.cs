using System.Globalization;
using System.Text.RegularExpressions;
using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Shadows;

namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>Law 4: whether a copy is what it has to be.</summary>
internal static partial class CopyJudge
{
    private static readonly HashSet<string> Added = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host",
        "Content-Length",
        "traceparent",
        "tracestate",
        Fuzzing.TagHeader,
        ArrivalRecorder.IdHeader,
    };

    /// <summary>What is wrong with the copy; <see langword="null"/> when nothing is.</summary>
    public static string? FaultIn(ReceivedCopy copy, ExpectedCopy expected) =>
        FaultInStart(copy, expected)
        ?? FaultInFields(copy, expected.Fields)
        ?? FaultInBody(copy, expected.Body)
        ?? FaultInFraming(copy)
        ?? FaultInAdditions(copy, expected);

    private static string? FaultInStart(ReceivedCopy copy, ExpectedCopy expected)
    {
        if (copy.Version != "HTTP/1.1")
        {
            return $"its version is {copy.Version}";
        }

        if (copy.Method != expected.Method)
        {
            return $"its method is {copy.Method}";
        }

        return copy.Target == expected.Target ? null : $"its target should be {expected.Target}";
    }

    private static string? FaultInFields(ReceivedCopy copy, IReadOnlyDictionary<string, string> expected)
    {
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

    private static string? FaultInBody(ReceivedCopy copy, byte[]? expected) =>
        expected is null || copy.Body.AsSpan().SequenceEqual(expected)
            ? null
            : $"its body has {copy.Body.Length} bytes and should have these {expected.Length}: {Escaped.Text(expected)}; the first {copy.Body.AsSpan().CommonPrefixLength(expected)} agree";

    private static string? FaultInFraming(ReceivedCopy copy)
    {
        if (copy.IsChunked)
        {
            return "its length is known, and it is sent in chunks";
        }

        var length = copy.Value("Content-Length");
        if (copy.Body.Length > 0)
        {
            return length == copy.Body.Length.ToString(CultureInfo.InvariantCulture)
                ? null
                : "its Content-Length is wrong";
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

    private static string? FaultInAdditions(ReceivedCopy copy, ExpectedCopy expected)
    {
        if (expected.Host is { } host && copy.Value("Host") != host)
        {
            return $"its Host should be {host}";
        }

        if (
            copy.Value(Fuzzing.TagHeader) is not { } tag
            || Tag().Match(tag) is not { Success: true } match
            || match.Groups["name"].Value != expected.Shadow
        )
        {
            return "its tag is missing or broken";
        }

        return copy.Value("traceparent") is { } trace && !TraceParent().IsMatch(trace)
            ? "its traceparent is broken"
            : null;
    }

    [GeneratedRegex(
        "^(?<name>[a-z-]+);id=\"[0-9a-f]{32}\"$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Tag();

    [GeneratedRegex("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TraceParent();
}
