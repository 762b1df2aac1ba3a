using System.Globalization;
using ShadowMiddleware.LoadTest.Measuring;
using ShadowMiddleware.LoadTest.Scenarios;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>The table as a picture: what a saturated app can still do, what a request costs, and how long it takes at a load that leaves room.</summary>
internal static class SvgChart
{
    private const string Blue = "blue";
    private const string Light = "light";
    private const string Orange = "orange";
    private const string Grey = "grey";

    public static string Write(Report report)
    {
        var saturated = Rows(report.Comparison, LoadKind.Saturated);
        var constant = Rows(report.Comparison, LoadKind.Constant);
        var sender = Rows(report.Comparison, LoadKind.Sending);
        var canvas = new SvgCanvas();
        var top = 14.0;
        if (saturated.Length > 0)
        {
            top = SvgPanel.Draw(
                canvas,
                top,
                "Throughput at saturation, to the app alone",
                [("median; the line: lowest to highest round", Blue)],
                saturated.Select(DrawThroughput).ToArray()
            );
            top = SvgPanel.Draw(
                canvas,
                top,
                "Processor time for each request, us",
                [("app", Blue), ("proxy", Orange), ("sends only", Grey)],
                saturated.Concat(sender).Select(DrawProcessorTime).ToArray()
            );
        }

        if (constant.Length > 0)
        {
            top = SvgPanel.Draw(
                canvas,
                top,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Latency at a constant {report.Comparison.ConstantRate:N0} requests/s, us"
                ),
                [("p50", Blue), ("p99", Light)],
                constant.SelectMany(DrawLatencies).ToArray()
            );
        }

        var machine = report.Machine;
        canvas.Text(
            24,
            top + 8,
            $"{machine.Processors} x {machine.Processor}, {machine.Runtime}, commit {machine.Commit}, {machine.Date}"
                + (report.Arguments.Dry ? " (dry run: the figures mean nothing)" : ""),
            "small"
        );
        return canvas.Write(SvgPanel.Width, top + 26, "What mirroring costs under load");
    }

    private static Row[] Rows(Comparison comparison, LoadKind load) =>
        comparison.Rows.Where(row => row.Load == load && row.Samples.Count > 0).ToArray();

    private static ChartBar DrawThroughput(Row row)
    {
        var ratio = row.RatioOf(figures => figures.RequestsPerSecond)!;
        var colour = row.Setup == Setups.Alone ? Grey : Blue;
        return new ChartBar(
            row.Setup,
            [(ratio.Median, colour)],
            Numbers.Write(ratio.Median, "F2"),
            ratio.Min,
            ratio.Max
        );
    }

    private static ChartBar DrawProcessorTime(Row row)
    {
        var app = row.Of(figures => figures.AppProcessorTime)!.Median;
        var proxy = row.Of(figures => figures.ProxyProcessorTime)?.Median ?? 0;
        var colour = row.Load == LoadKind.Sending ? Grey : Blue;
        return new ChartBar(row.Setup, [(app, colour), (proxy, Orange)], Numbers.Write(app + proxy, "F1"));
    }

    private static IEnumerable<ChartBar> DrawLatencies(Row row)
    {
        var p50 = row.Of(figures => figures.Latencies?.P50)!;
        var p99 = row.Of(figures => figures.Latencies?.P99)!;
        yield return new ChartBar(row.Setup, [(p50.Median, Blue)], Numbers.Write(p50.Median, "N0"), p50.Min, p50.Max);
        yield return new ChartBar("", [(p99.Median, Light)], Numbers.Write(p99.Median, "N0"), p99.Min, p99.Max);
    }
}
