using System.Globalization;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Hosting;

/// <summary>Says which share of the requests a shadow gets, the rest that no rule matches included.</summary>
internal static class ShadowShare
{
    public static string Describe(ShadowConfiguration shadow)
    {
        var rules = shadow.Choice?.Rules ?? [];
        return rules switch
        {
            [] => $"{Text(shadow.Percent)} % of the requests",
            [.., { HasConditions: false } last] =>
                $"by {rules.Length} rule(s), the last of which is for all others: {Text(last.Percent ?? shadow.Percent)} % of them",
            _ => $"by {rules.Length} rule(s), and {Text(shadow.Percent)} % of all others",
        };
    }

    /// <summary>Whether rules choose some requests, and all others are copied whole, although neither a rule nor the shadow's percent says so.</summary>
    public static bool CopiesOthersWhole(ShadowConfiguration shadow) =>
        shadow.Choice?.Rules is [.., { HasConditions: true }] && shadow is { Percent: >= 100, IsPercentWritten: false };

    private static string Text(double percent) => percent.ToString(CultureInfo.InvariantCulture);
}
