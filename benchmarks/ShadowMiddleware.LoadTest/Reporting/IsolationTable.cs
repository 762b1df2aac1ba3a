using ShadowMiddleware.LoadTest.Load;
using ShadowMiddleware.LoadTest.Measuring;
using ShadowMiddleware.LoadTest.Verdicts;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>A line for each case: what the other clients saw, and what became of the copies.</summary>
internal static class IsolationTable
{
    private const double MicrosecondsPerMillisecond = 1000;

    private static readonly (string Title, Func<Row, string> Write)[] _columns =
    [
        ("p50 ms", row => Milliseconds(row, latencies => latencies.P50)),
        ("p99 ms", row => Milliseconds(row, latencies => latencies.P99)),
        ("longest ms", row => Milliseconds(row, latencies => latencies.Max)),
        ("p99 x", row => Numbers.Range(IsolationTargets.RatioOfPercentile99(row), "F2")),
        ("longest, more ms", row => Numbers.Range(IsolationTargets.MoreOfLongestWait(row), "N0")),
        ("reached", WriteReached),
        ("requests/s", row => Numbers.Median(row.Of(figures => figures.RequestsPerSecond), "N0")),
        ("app CPU us", row => Numbers.Median(row.Of(figures => figures.AppProcessorTime), "F1")),
        ("peak MB, app", row => Numbers.Megabytes(row.Of(figures => figures.AppPeakMemory))),
        ("copies wanted", row => Count(row, copies => copies.Wanted)),
        ("completed", row => Count(row, copies => copies.Completed)),
        ("gave way", row => Count(row, copies => copies.GaveWay)),
        ("otherwise lost", row => Count(row, copies => copies.OtherwiseLost)),
    ];

    public static MarkdownTable Write(IReadOnlyList<Row> rows)
    {
        var table = new MarkdownTable(["what goes wrong", .. _columns.Select(column => column.Title)]);
        foreach (var row in rows)
        {
            if (row.Samples.Count == 0)
            {
                table.AddEmpty(row.Setup, Numbers.None, $"skipped: {row.Skipped ?? "failed"}");
            }
            else
            {
                table.Add([row.Setup, .. _columns.Select(column => column.Write(row))]);
            }
        }

        return table;
    }

    private static string Milliseconds(Row row, Func<Latencies, double> latency) =>
        Numbers.Median(
            row.Of(figures =>
                figures.Latencies is { } latencies ? latency(latencies) / MicrosecondsPerMillisecond : null
            ),
            "N2"
        );

    private static string WriteReached(Row row) =>
        IsolationTargets.AreReached(row) switch
        {
            true => "yes",
            false => "no",
            null => Numbers.None,
        };

    private static string Count(Row row, Func<CopyFigures, long?> figure) => Numbers.Write(row.SumOf(figure), "N0");
}
