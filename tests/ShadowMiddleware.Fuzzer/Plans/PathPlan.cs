using System.Globalization;
using System.Text.RegularExpressions;

namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>The patterns of paths that rules are drawn from, each with what it means, written a second time.</summary>
internal static partial class PathPlan
{
    private static readonly Dictionary<string, Func<string, bool>> Meanings = new(StringComparer.Ordinal)
    {
        ["/orders/{id}"] = path => Order().IsMatch(path),
        ["/orders/{id:int}"] = path => IsNumber(Order().Match(path).Groups["id"].Value),
        ["/catalog/{**rest}"] = path => Catalog().IsMatch(path),
        ["/api/{version}/{name?}"] = path => Api().IsMatch(path),
        ["/"] = path => path is "" or "/",
    };

    public static IEnumerable<string> Patterns => Meanings.Keys;

    public static bool Matches(string pattern, string path) => Meanings[pattern](path);

    private static bool IsNumber(string text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _);

    private const RegexOptions Options =
        RegexOptions.IgnoreCase
        | RegexOptions.CultureInvariant
        | RegexOptions.Singleline
        | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"\A/orders/(?<id>[^/]+)/?\z", Options, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Order();

    [GeneratedRegex(@"\A/catalog(/.*)?\z", Options, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Catalog();

    [GeneratedRegex(@"\A/api/[^/]+(/[^/]+)?/?\z", Options, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Api();
}
