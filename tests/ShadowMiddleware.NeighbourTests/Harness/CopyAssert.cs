using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>Law 4 as an assertion.</summary>
internal static partial class CopyAssert
{
    private const string Tag = "X-Shadow-Request";

    // Hop-by-hop, and Host, framing and tag, which are looked at apart.
    private static readonly HashSet<string> Apart = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection",
        "Content-Length",
        "Expect",
        "Host",
        "Keep-Alive",
        "TE",
        "Transfer-Encoding",
        Tag,
    };

    /// <summary>Holds that copies are of these requests, in any order: method, raw target, fields and body are the same.</summary>
    public static void AreOf(IEnumerable<WireRequest> requests, IReadOnlyCollection<RecordedRequest> copies)
    {
        var expected = requests.Select(request =>
            Text(request.Method, request.Target, request.SplitFields(), request.Body ?? [])
        );
        var actual = copies.Select(copy => Text(copy.Method, copy.Target, Fields(copy), copy.Body));
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
        Assert.All(copies, AssertFramed);
    }

    /// <summary>The fields that were received, one by one.</summary>
    public static IEnumerable<(string Name, string Value)> Fields(RecordedRequest request) =>
        request.Headers.SelectMany(field => field.Value.Select(value => (field.Key, value ?? "")));

    private static void AssertFramed(RecordedRequest copy)
    {
        Assert.Matches(TagValue(), copy.Headers[Tag].ToString());
        Assert.False(copy.Headers.ContainsKey("Transfer-Encoding"));

        if (copy.Body.Length > 0)
        {
            var length = copy.Body.Length.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(length, copy.Headers["Content-Length"].ToString());
        }
    }

    // Lines of one name are equal after combination (RFC 9110 section 5.3).
    private static string Text(
        string method,
        string target,
        IEnumerable<(string Name, string Value)> fields,
        byte[] body
    )
    {
        var lines = fields
            .Where(field => !Apart.Contains(field.Name))
            .GroupBy(field => field.Name, field => field.Value, StringComparer.OrdinalIgnoreCase)
            .OrderBy(field => field.Key, StringComparer.OrdinalIgnoreCase)
            .Select(field => $"{field.Key.ToUpperInvariant()}: {string.Join(", ", field)}\n");
        return $"{method} {target}\n{string.Concat(lines)}\n{Encoding.Latin1.GetString(body)}";
    }

    [GeneratedRegex("^v2;id=\"[0-9a-f]{32}\"$")]
    private static partial Regex TagValue();
}
