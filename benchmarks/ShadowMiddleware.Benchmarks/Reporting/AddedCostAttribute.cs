using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;

namespace ShadowMiddleware.Benchmarks.Reporting;

/// <summary>Shows what each row costs on top of its baseline: the question that every class here asks.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AddedCostAttribute : Attribute, IConfigSource
{
    public IConfig Config { get; } =
        ManualConfig
            .CreateEmpty()
            .AddColumn(new AddedTimeColumn(), new AddedBytesColumn())
            // Most baselines allocate nothing: there is no ratio to that.
            .HideColumns(Column.AllocRatio, Column.RatioSD);
}
