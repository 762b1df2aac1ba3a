using System.Globalization;
using System.Text.RegularExpressions;
using ShadowMiddleware.Fuzzer.Apps;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>Draws by the random bits of a trace: its low 56 (W3C Trace Context Level 2).</summary>
internal static partial class TraceModel
{
    private const double AllTraces = 1L << 56;

    /// <summary>Whether the request is in its share; <see langword="null"/> for chance.</summary>
    public static bool? Find(Arrival arrival, double percent)
    {
        if (
            arrival["traceparent"] is not [{ } field]
            || Trace().Match(field) is not { Success: true } match
            || IsNone(match.Groups["trace"].Value)
            || IsNone(match.Groups["span"].Value)
        )
        {
            return null;
        }

        var place = long.Parse(
            match.Groups["trace"].ValueSpan[^14..],
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture
        );
        return place >= (1 - (percent / 100)) * AllTraces;
    }

    private static bool IsNone(string id) => id.All(digit => digit == '0');

    [GeneratedRegex(
        @"\A00-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-[0-9a-f]{2}\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Trace();
}
