using ShadowMiddleware.LoadTest.Measuring;
using ShadowMiddleware.LoadTest.Scenarios;

namespace ShadowMiddleware.LoadTest.Verdicts;

/// <summary>What mirroring may cost. Each is judged by the median over the rounds.</summary>
internal static class Targets
{
    private const double AddedProcessorTime = 1.0;
    private const double AddedBytes = 2800;
    private const double ThroughputToNaive = 1.1;
    private const double ThroughputToNginx = 3.3;
    private const double ThroughputProtected = 0.95;
    private const double MedianLatency = 1.05;
    private const double Percentile99 = 1.10;

    private const string Times = "x";

    private static readonly string[] _harmless = [Setups.Healthy, Setups.Hung, Setups.Dead];

    public static IReadOnlyList<TargetResult> Judge(Comparison comparison)
    {
        var mirrored = comparison.Find(Setups.Unprotected, LoadKind.Saturated);
        return
        [
            AtMost(
                "processor time added per mirrored request, to the bare HttpMessageInvoker loop",
                AddedProcessorTime,
                Times,
                Ratios(
                    mirrored,
                    comparison.Find(Setups.Sender, LoadKind.Sending),
                    AddedProcessorTimePerCopy,
                    sample => sample.Measured.AppProcessorTime
                )
            ),
            AtMost(
                "bytes added per mirrored request, to the app alone",
                AddedBytes,
                "B",
                Of(mirrored, AddedBytesPerCopy)
            ),
            AtLeast(
                "throughput at saturation, to the naive middleware",
                ThroughputToNaive,
                Times,
                Ratios(
                    mirrored,
                    comparison.Find(Setups.Naive, LoadKind.Saturated),
                    ThroughputToAlone,
                    ThroughputToAlone
                )
            ),
            AtLeast(
                "throughput at saturation, to NGINX mirror",
                ThroughputToNginx,
                Times,
                Ratios(
                    mirrored,
                    comparison.Find(Setups.NginxMirror, LoadKind.Saturated),
                    ThroughputToAlone,
                    ThroughputToAlone
                )
            ),
            AtLeast(
                "throughput at saturation with protection, to the app alone",
                ThroughputProtected,
                Times,
                Of(comparison.Find(Setups.Protected, LoadKind.Saturated), ThroughputToAlone)
            ),
            .. _harmless.SelectMany(setup => JudgeLatency(setup, comparison.Find(setup, LoadKind.Constant))),
        ];
    }

    private static IEnumerable<TargetResult> JudgeLatency(string setup, Row? row) =>
        [
            AtMost(
                $"p50 at the constant rate, to the app alone: {setup}",
                MedianLatency,
                Times,
                Of(row, sample => sample.Measured.Latencies!.P50 / sample.Reference.Latencies!.P50)
            ),
            AtMost(
                $"p99 at the constant rate, to the app alone: {setup}",
                Percentile99,
                Times,
                Of(row, sample => sample.Measured.Latencies!.P99 / sample.Reference.Latencies!.P99)
            ),
            AtMost($"copies that gave way at the constant rate: {setup}", 0, "copies", GaveWay(row)),
        ];

    // The worst round: one that gave way is one too many.
    private static Spread? GaveWay(Row? row)
    {
        var copies = Of(row, sample => sample.Measured.Copies?.GaveWay ?? 0);
        return copies is null ? null : copies with { Median = copies.Max };
    }

    private static double AddedProcessorTimePerCopy(Sample sample) =>
        (sample.Measured.AppProcessorTime - sample.Reference.AppProcessorTime) * RequestsPerCopy(sample);

    private static double AddedBytesPerCopy(Sample sample) =>
        (sample.Measured.Allocated - sample.Reference.Allocated) * RequestsPerCopy(sample);

    private static double ThroughputToAlone(Sample sample) =>
        sample.Measured.RequestsPerSecond / sample.Reference.RequestsPerSecond;

    private static double RequestsPerCopy(Sample sample) =>
        sample.Measured.Requests / (double)(sample.Measured.Copies?.Completed ?? 0);

    private static Spread? Of(Row? row, Func<Sample, double> value) =>
        row is null ? null : Spread.Of(row.Samples.Select(sample => (double?)value(sample)));

    /// <summary>Round by round: what one round has cost is set against what the same round has shown of the other.</summary>
    private static Spread? Ratios(Row? row, Row? other, Func<Sample, double> value, Func<Sample, double> otherValue) =>
        row is null || other is null
            ? null
            : Spread.Of(
                row.Samples.Join(
                    other.Samples,
                    sample => sample.Round,
                    sample => sample.Round,
                    (sample, otherSample) => (double?)(value(sample) / otherValue(otherSample))
                )
            );

    private static TargetResult AtMost(string what, double limit, string unit, Spread? measured) =>
        new(what, AtMost: true, limit, unit, measured);

    private static TargetResult AtLeast(string what, double limit, string unit, Spread? measured) =>
        new(what, AtMost: false, limit, unit, measured);
}
