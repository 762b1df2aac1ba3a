using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace ShadowMiddleware.Benchmarks.Reporting;

/// <summary>The mean less that of the baseline.</summary>
public sealed class AddedTimeColumn : BaselineCustomColumn
{
    public override string Id => nameof(AddedTimeColumn);

    public override string ColumnName => "Added ns";

    public override int PriorityInCategory => 10;

    public override bool IsNumeric => true;

    public override UnitType UnitType => UnitType.Dimensionless;

    public override string Legend => "Nanoseconds per operation on top of the baseline";

    public override string GetValue(
        Summary summary,
        BenchmarkCase benchmarkCase,
        Statistics baseline,
        IReadOnlyDictionary<string, Metric> baselineMetrics,
        Statistics current,
        IReadOnlyDictionary<string, Metric> currentMetrics,
        bool isBaseline
    ) => AddedCost.Text(isBaseline, current.Mean, baseline.Mean);
}
