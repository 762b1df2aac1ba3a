using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using Perfolizer.Horology;

namespace ShadowMiddleware.Benchmarks.Reporting;

/// <summary>Shows what each row costs on top of its baseline: the question that every class here asks.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AddedCostAttribute : Attribute, IConfigSource
{
    // An operation stands for hundreds: what an empty call costs does not show in it, and half of the usual time is enough.
    private static readonly Job Batches = Job
        .Default.WithEvaluateOverhead(false)
        .WithIterationTime(TimeInterval.FromMilliseconds(250))
        .AsMutator();

    public IConfig Config { get; } =
        ManualConfig
            .CreateEmpty()
            .AddJob(Batches)
            .AddColumn(new AddedTimeColumn(), new AddedBytesColumn())
            // Most baselines allocate nothing: there is no ratio to that.
            .HideColumns(Column.AllocRatio, Column.RatioSD);
}
