using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Reports;

namespace ShadowMiddleware.Benchmarks.Reporting;

/// <summary>The mean less that of the baseline.</summary>
internal sealed class AddedTimeColumn : AddedCostColumn
{
    public override string ColumnName => "Added ns";

    public override int PriorityInCategory => 10;

    public override string Legend => "Nanoseconds per operation on top of the baseline";

    protected override double? Cost(Statistics time, IReadOnlyDictionary<string, Metric> metrics) => time.Mean;
}
