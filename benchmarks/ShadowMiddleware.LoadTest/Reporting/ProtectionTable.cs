using System.Globalization;
using System.Text;
using ShadowMiddleware.LoadTest.Load;
using ShadowMiddleware.LoadTest.Processes;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>A Markdown table with a line for each thing measured: the medians over all rounds, and the range of what matters.</summary>
internal sealed class ProtectionTable
{
    private readonly Dictionary<string, List<Row>> _rows = new(StringComparer.Ordinal);

    public void Add(string what, LoadResult result, double ratio, CopyCounts counts)
    {
        if (!_rows.TryGetValue(what, out var rows))
        {
            _rows[what] = rows = [];
        }

        rows.Add(new Row(result, ratio, counts));
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(
            "| what | requests/s | to the app alone (range) | median | p99 | copies sent | gave way | otherwise lost |"
        );
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var (what, rows) in _rows)
        {
            text.AppendLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {what} | {Median(rows, row => row.Result.RequestsPerSecond):N0} | {Median(rows, row => row.Ratio):F3} ({rows.Min(row => row.Ratio):F3} to {rows.Max(row => row.Ratio):F3}) | {Median(rows, row => row.Result.Latencies.P50):N0} us | {Median(rows, row => row.Result.Latencies.P99):N0} us | {rows.Sum(row => row.Counts.Mirrored):N0} | {rows.Sum(row => row.Counts.GaveWay):N0} | {rows.Sum(row => row.Counts.OtherwiseLost):N0} |"
                )
            );
        }

        return text.ToString();
    }

    private static double Median(List<Row> rows, Func<Row, double> value) =>
        rows.Select(value).Order().ElementAt(rows.Count / 2);

    private sealed record Row(LoadResult Result, double Ratio, CopyCounts Counts);
}
