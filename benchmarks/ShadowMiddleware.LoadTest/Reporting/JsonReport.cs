using System.Text.Json;
using System.Text.Json.Serialization;
using ShadowMiddleware.LoadTest.Measuring;
using ShadowMiddleware.LoadTest.Scenarios;
using ShadowMiddleware.LoadTest.Verdicts;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>The figures of every single measurement, for whoever wants to compute with them.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },

        // A share of nothing is no number.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static string Write(Report report) =>
        JsonSerializer.Serialize(
            new
            {
                report.Machine,
                Run = new
                {
                    report.Arguments.Dry,
                    report.Arguments.Rounds,
                    Seconds = report.Arguments.Time.TotalSeconds,
                    report.Comparison.ConstantRate,
                },
                Rows = report.Comparison.Rows.Select(row => new
                {
                    row.Setup,
                    row.Load,
                    row.Skipped,
                    ToAppAlone = Ratios(row),
                    Samples = row.Samples.Select(sample => new
                    {
                        sample.Round,
                        sample.Measured,
                        Alone = sample.Reference,
                    }),
                }),
                report.Targets,
                report.Failures,
            },
            _options
        ) + "\n";

    public static string Write(IsolationReport report) =>
        JsonSerializer.Serialize(
            new
            {
                report.Machine,
                Run = new
                {
                    report.Arguments.Dry,
                    report.Arguments.Rounds,
                    Seconds = report.Arguments.Time.TotalSeconds,
                    ConstantRate = IsolationMeter.Rate,
                },
                Rows = report.Rows.Select(row => new
                {
                    row.Setup,
                    row.Skipped,
                    Reached = IsolationTargets.AreReached(row),
                    P99ToHealthy = IsolationTargets.RatioOfPercentile99(row),
                    MoreOfLongestWait = IsolationTargets.MoreOfLongestWait(row),
                    Samples = row.Samples.Select(sample => new
                    {
                        sample.Round,
                        sample.Measured,
                        Healthy = sample.Reference,
                    }),
                }),
                report.Failures,
            },
            _options
        ) + "\n";

    private static object Ratios(Row row) =>
        new
        {
            Throughput = row.RatioOf(figures => figures.RequestsPerSecond),
            ProcessorTime = row.RatioOf(figures => figures.ServingProcessorTime),
            P50 = row.RatioOf(figures => figures.Latencies?.P50),
            P90 = row.RatioOf(figures => figures.Latencies?.P90),
            P99 = row.RatioOf(figures => figures.Latencies?.P99),
            P999 = row.RatioOf(figures => figures.Latencies?.P999),
            Allocated = row.RatioOf(figures => figures.Allocated),
        };
}
