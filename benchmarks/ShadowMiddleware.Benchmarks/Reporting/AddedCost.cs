using System.Globalization;

namespace ShadowMiddleware.Benchmarks.Reporting;

/// <summary>How an added cost is written.</summary>
internal static class AddedCost
{
    public static string Text(bool isBaseline, double current, double baseline) =>
        isBaseline ? "-" : (current - baseline).ToString("N0", CultureInfo.InvariantCulture);
}
