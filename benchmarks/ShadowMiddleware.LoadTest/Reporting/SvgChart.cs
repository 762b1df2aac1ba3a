using System.Globalization;
using ShadowMiddleware.LoadTest.Load;
using ShadowMiddleware.LoadTest.Measuring;
using ShadowMiddleware.LoadTest.Scenarios;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>The table as a picture: what a saturated app can still do, what a request costs, and how long it takes at a load that leaves room.</summary>
internal static class SvgChart
{
    private const string Blue = "blue";
    private const string Orange = "orange";
    private const string Grey = "grey";

    private static readonly (string Name, string Colour) _mirrored = ("mirrored", Blue);
    private static readonly (string Name, string Colour) _others = ("others", Grey);
    private static readonly (string Name, string Colour) _range = ("lowest to highest round", "key");

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
                [_mirrored, _others, _range],
                saturated.Select(DrawThroughput).ToArray()
            );
            top = SvgPanel.Draw(
                canvas,
                top,
                "Processor time for each request at saturation, us",
                [("app, mirrored", Blue), ("app, others; sender", Grey), ("proxy", Orange)],
                saturated.Concat(sender).Select(DrawProcessorTime).ToArray()
            );
        }

        if (constant.Length > 0)
        {
            var load = string.Create(
                CultureInfo.InvariantCulture,
                $"at a constant {report.Comparison.ConstantRate:N0} requests/s, us"
            );
            top = SvgPanel.Draw(
                canvas,
                top,
                $"p50 {load}",
                [_mirrored, _others, _range],
                constant.Select(row => DrawLatency(row, latencies => latencies.P50)).ToArray()
            );
            top = SvgPanel.Draw(
                canvas,
                top,
                $"p99 {load}",
                [_mirrored, _others, _range],
                constant.Select(row => DrawLatency(row, latencies => latencies.P99)).ToArray()
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
        return new ChartBar(
            row.Setup,
            [(ratio.Median, ColourOf(row))],
            Numbers.Write(ratio.Median, "F2"),
            ratio.Min,
            ratio.Max
        );
    }

    private static ChartBar DrawProcessorTime(Row row)
    {
        var app = row.Of(figures => figures.AppProcessorTime)!.Median;
        var proxy = row.Of(figures => figures.ProxyProcessorTime)?.Median ?? 0;
        return new ChartBar(row.Setup, [(app, ColourOf(row)), (proxy, Orange)], Numbers.Write(app + proxy, "F1"));
    }

    private static ChartBar DrawLatency(Row row, Func<Latencies, double> quantile)
    {
        var latency = row.Of(figures => figures.Latencies is { } latencies ? quantile(latencies) : null)!;
        return new ChartBar(
            row.Setup,
            [(latency.Median, ColourOf(row))],
            Numbers.Write(latency.Median, "N0"),
            latency.Min,
            latency.Max
        );
    }

    private static string ColourOf(Row row) => Setups.IsMirrored(row.Setup) ? Blue : Grey;
}
