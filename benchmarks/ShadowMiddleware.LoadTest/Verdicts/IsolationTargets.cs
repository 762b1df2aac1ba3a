using ShadowMiddleware.LoadTest.Measuring;

namespace ShadowMiddleware.LoadTest.Verdicts;

/// <summary>What other clients may feel of work for copies that goes wrong. Judged by the medians over the rounds.</summary>
internal static class IsolationTargets
{
    /// <summary>The clients' p99, to that with a healthy shadow.</summary>
    public const double Percentile99 = 2;

    /// <summary>Milliseconds that the longest wait may be longer than with a healthy shadow.</summary>
    public const double LongerWait = 100;

    private const double MicrosecondsPerMillisecond = 1000;

    public static Spread? RatioOfPercentile99(Row row) => row.RatioOf(figures => figures.Latencies?.P99);

    /// <summary>How many milliseconds the longest wait was longer.</summary>
    public static Spread? MoreOfLongestWait(Row row) =>
        Spread.Of(
            row.Samples.Select(sample =>
                (sample.Measured.Latencies?.Max - sample.Reference.Latencies?.Max) / MicrosecondsPerMillisecond
            )
        );

    /// <returns>Whether both are reached; <see langword="null"/> when nothing was measured.</returns>
    public static bool? AreReached(Row row) =>
        RatioOfPercentile99(row) is { } ratio && MoreOfLongestWait(row) is { } more
            ? ratio.Median <= Percentile99 && more.Median <= LongerWait
            : null;
}
