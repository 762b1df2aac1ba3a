namespace ShadowMiddleware.LoadTest.Load;

/// <summary>How long answers took, in microseconds: the most that a share of the requests had to wait, and that any had to.</summary>
internal sealed record Latencies(double P50, double P90, double P99, double P999, double Max)
{
    private const double NanosecondsPerMicrosecond = 1000;

    /// <param name="sorted">Nanoseconds; at least one.</param>
    public static Latencies Of(ReadOnlySpan<long> sorted) =>
        new(
            Quantile(sorted, 0.5),
            Quantile(sorted, 0.9),
            Quantile(sorted, 0.99),
            Quantile(sorted, 0.999),
            Quantile(sorted, 1)
        );

    private static double Quantile(ReadOnlySpan<long> sorted, double share) =>
        sorted[(int)(share * (sorted.Length - 1))] / NanosecondsPerMicrosecond;
}
