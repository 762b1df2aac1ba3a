using System.Globalization;
using ShadowMiddleware.LoadTest.Measuring;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>How figures are written.</summary>
internal static class Numbers
{
    public const string None = "-";
    private const double BytesPerMegabyte = 1024 * 1024;

    public static string Write(double? value, string format) =>
        value is null || !double.IsFinite(value.Value)
            ? None
            : value.Value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>The median over the rounds.</summary>
    public static string Median(Spread? spread, string format) => Write(spread?.Median, format);

    /// <summary>The median, and between which values it lies.</summary>
    public static string Range(Spread? spread, string format) =>
        spread is null
            ? None
            : $"{Median(spread, format)} ({Write(spread.Min, format)} to {Write(spread.Max, format)})";

    public static string Megabytes(Spread? bytes) => Write(bytes?.Median / BytesPerMegabyte, "N0");
}
