using ShadowMiddleware.LoadTest.Load;

namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>What one measurement has shown. What does not apply is <see langword="null"/>.</summary>
internal sealed record Figures
{
    public required long Requests { get; init; }

    public required double RequestsPerSecond { get; init; }

    public Latencies? Latencies { get; init; }

    /// <summary>Microseconds of processor time for each request, the same for the three below.</summary>
    public required double AppProcessorTime { get; init; }

    public double? ProxyProcessorTime { get; init; }

    public double? ShadowProcessorTime { get; init; }

    public double? ClientsProcessorTime { get; init; }

    /// <summary>Bytes for each request, in the app.</summary>
    public required double Allocated { get; init; }

    /// <summary>Collections of each generation, in the app.</summary>
    public required double Gen0 { get; init; }

    public required double Gen1 { get; init; }

    public required double Gen2 { get; init; }

    /// <summary>In bytes, the same for the one below.</summary>
    public required double AppPeakMemory { get; init; }

    public double? ProxyPeakMemory { get; init; }

    public CopyFigures? Copies { get; init; }

    /// <summary>Of what serves the request: the app, and the proxy if there is one.</summary>
    public double ServingProcessorTime => AppProcessorTime + ProxyProcessorTime.GetValueOrDefault();

    /// <summary>The figures between two measurements, for what was measured between them.</summary>
    public static Figures Between(Figures before, Figures after) =>
        new()
        {
            Requests = (before.Requests + after.Requests) / 2,
            RequestsPerSecond = Mean(before.RequestsPerSecond, after.RequestsPerSecond),
            Latencies =
                before.Latencies is { } first && after.Latencies is { } second
                    ? new Latencies(
                        Mean(first.P50, second.P50),
                        Mean(first.P90, second.P90),
                        Mean(first.P99, second.P99),
                        Mean(first.P999, second.P999),
                        Mean(first.Max, second.Max)
                    )
                    : null,
            AppProcessorTime = Mean(before.AppProcessorTime, after.AppProcessorTime),
            Allocated = Mean(before.Allocated, after.Allocated),
            Gen0 = Mean(before.Gen0, after.Gen0),
            Gen1 = Mean(before.Gen1, after.Gen1),
            Gen2 = Mean(before.Gen2, after.Gen2),
            AppPeakMemory = Mean(before.AppPeakMemory, after.AppPeakMemory),
        };

    private static double Mean(double before, double after) => (before + after) / 2;
}
