using System.Globalization;
using ShadowMiddleware.LoadTest.Measuring;
using ShadowMiddleware.LoadTest.Scenarios;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>The one table: a line for each setup and load, set against the app alone.</summary>
internal static class ResultTable
{
    private static readonly (string Title, Func<Row, string> Write)[] _columns =
    [
        ("requests/s", row => Numbers.Range(row.Of(figures => figures.RequestsPerSecond), "N0")),
        ("throughput x", row => Ratio(row, figures => figures.RequestsPerSecond, "F3")),
        ("app CPU us", row => Numbers.Median(row.Of(figures => figures.AppProcessorTime), "F1")),
        ("proxy CPU us", row => Numbers.Median(row.Of(figures => figures.ProxyProcessorTime), "F1")),
        ("shadow CPU us", row => Numbers.Median(row.Of(figures => figures.ShadowProcessorTime), "F1")),
        ("clients' CPU us", row => Numbers.Median(row.Of(figures => figures.ClientsProcessorTime), "F1")),
        ("app + proxy CPU x", row => Ratio(row, figures => figures.ServingProcessorTime, "F2")),
        ("p50 us", row => Numbers.Median(row.Of(figures => figures.Latencies?.P50), "N0")),
        ("p50 x", row => Ratio(row, figures => figures.Latencies?.P50, "F2")),
        ("p90 x", row => Ratio(row, figures => figures.Latencies?.P90, "F2")),
        ("p99 us", row => Numbers.Median(row.Of(figures => figures.Latencies?.P99), "N0")),
        ("p99 x", row => Ratio(row, figures => figures.Latencies?.P99, "F2")),
        ("p99.9 x", row => Ratio(row, figures => figures.Latencies?.P999, "F2")),
        ("allocated B", row => Numbers.Median(row.Of(figures => figures.Allocated), "N0")),
        ("GCs 0/1/2", WriteCollections),
        ("peak MB, app", row => Numbers.Megabytes(row.Of(figures => figures.AppPeakMemory))),
        ("peak MB, proxy", row => Numbers.Megabytes(row.Of(figures => figures.ProxyPeakMemory))),
        ("copies done", row => Numbers.Median(row.Of(figures => figures.Copies?.Share), "P1")),
        ("completed", row => Count(row, copies => copies.Completed)),
        ("gave way", row => Count(row, copies => copies.Completed is null ? null : copies.GaveWay)),
        ("otherwise lost", row => Count(row, copies => copies.Completed is null ? null : copies.OtherwiseLost)),
        ("received by the shadow", row => Count(row, copies => copies.Received)),
    ];

    public static MarkdownTable Write(Comparison comparison)
    {
        var table = new MarkdownTable(["setup", "load", .. _columns.Select(column => column.Title)]);
        foreach (var row in comparison.Rows)
        {
            var load = Describe(row.Load, comparison.ConstantRate);
            if (row.Samples.Count == 0)
            {
                table.AddEmpty(row.Setup, load, $"skipped: {row.Skipped ?? "failed"}");
            }
            else
            {
                table.Add([row.Setup, load, .. _columns.Select(column => column.Write(row))]);
            }
        }

        return table;
    }

    private static string Describe(LoadKind load, double rate) =>
        load switch
        {
            LoadKind.Saturated => "saturated",
            LoadKind.Constant => string.Create(CultureInfo.InvariantCulture, $"{rate:N0}/s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"sends by itself, {Fleet.SenderConcurrency} at once"),
        };

    // What sends by itself answers nobody: there is nothing to be set against.
    private static string Ratio(Row row, Func<Figures, double?> figure, string format) =>
        row.Load == LoadKind.Sending ? Numbers.None
        : row.Setup == Setups.Alone ? "1"
        : Numbers.Range(row.RatioOf(figure), format);

    private static string WriteCollections(Row row) =>
        string.Join(
            '/',
            Numbers.Median(row.Of(figures => figures.Gen0), "F0"),
            Numbers.Median(row.Of(figures => figures.Gen1), "F0"),
            Numbers.Median(row.Of(figures => figures.Gen2), "F0")
        );

    private static string Count(Row row, Func<CopyFigures, long?> figure) => Numbers.Write(row.SumOf(figure), "N0");
}
