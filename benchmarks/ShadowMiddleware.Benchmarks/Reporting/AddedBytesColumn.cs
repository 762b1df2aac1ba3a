using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Reports;

namespace ShadowMiddleware.Benchmarks.Reporting;

/// <summary>What was allocated less what the baseline allocates.</summary>
internal sealed class AddedBytesColumn : AddedCostColumn
{
    // The memory diagnoser's own name for it.
    private const string Allocated = "Allocated Memory";

    public override string ColumnName => "Added B";

    public override int PriorityInCategory => 11;

    public override string Legend => "Bytes allocated per operation on top of the baseline, on all threads together";

    protected override double? Cost(Statistics time, IReadOnlyDictionary<string, Metric> metrics) =>
        metrics.TryGetValue(Allocated, out var allocated) ? allocated.Value : null;
}
