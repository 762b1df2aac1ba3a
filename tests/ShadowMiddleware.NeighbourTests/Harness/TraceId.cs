using System.Text.RegularExpressions;

namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>The trace id that problem details have.</summary>
internal static partial class TraceId
{
    public static string Blank(string text) => Member().Replace(text, "\"traceId\":\"-\"");

    [GeneratedRegex("\"traceId\":\"[^\"]*\"")]
    private static partial Regex Member();
}
