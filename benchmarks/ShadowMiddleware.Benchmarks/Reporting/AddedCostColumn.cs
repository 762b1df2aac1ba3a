using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace ShadowMiddleware.Benchmarks.Reporting;

/// <summary>What a row costs less what its baseline costs.</summary>
internal abstract class AddedCostColumn : BaselineCustomColumn
{
    public override string Id => GetType().Name;

    public override bool IsNumeric => true;

    public override UnitType UnitType => UnitType.Dimensionless;

    public override string GetValue(
        Summary summary,
        BenchmarkCase benchmarkCase,
        Statistics baseline,
        IReadOnlyDictionary<string, Metric> baselineMetrics,
        Statistics current,
        IReadOnlyDictionary<string, Metric> currentMetrics,
        bool isBaseline
    ) =>
        isBaseline ? "-"
        : Cost(current, currentMetrics) - Cost(baseline, baselineMetrics) is { } added
            ? added.ToString("N0", CultureInfo.InvariantCulture)
        : "?";

    /// <summary>The cost per operation; <see langword="null"/> when it was not measured.</summary>
    protected abstract double? Cost(Statistics time, IReadOnlyDictionary<string, Metric> metrics);
}
