using System.Text.RegularExpressions;

namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>Where a proxy hands on a stream, how much it reads at once is chance, and with it where chunks begin.</summary>
internal static partial class Chunks
{
    /// <summary>Joins the chunks of an event stream.</summary>
    public static string Join(string text) => Boundary().Replace(text, "");

    [GeneratedRegex("(?:\r\n)?[0-9a-f]+\r\n(?=data:)")]
    private static partial Regex Boundary();
}
