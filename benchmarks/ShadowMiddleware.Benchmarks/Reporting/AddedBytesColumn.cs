using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace ShadowMiddleware.Benchmarks.Reporting;

/// <summary>What was allocated less what the baseline allocates.</summary>
public sealed class AddedBytesColumn : BaselineCustomColumn
{
    // The memory diagnoser's own name for it.
    private const string Allocated = "Allocated Memory";

    public override string Id => nameof(AddedBytesColumn);

    public override string ColumnName => "Added B";

    public override int PriorityInCategory => 11;

    public override bool IsNumeric => true;

    public override UnitType UnitType => UnitType.Dimensionless;

    public override string Legend => "Bytes allocated per operation on top of the baseline, on all threads together";

    public override string GetValue(
        Summary summary,
        BenchmarkCase benchmarkCase,
        Statistics baseline,
        IReadOnlyDictionary<string, Metric> baselineMetrics,
        Statistics current,
        IReadOnlyDictionary<string, Metric> currentMetrics,
        bool isBaseline
    ) =>
        currentMetrics.TryGetValue(Allocated, out var allocated)
        && baselineMetrics.TryGetValue(Allocated, out var before)
            ? AddedCost.Text(isBaseline, allocated.Value, before.Value)
            : "?";
}
