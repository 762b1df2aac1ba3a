using ShadowMiddleware.LoadTest.Measuring;

namespace ShadowMiddleware.LoadTest.Scenarios;

/// <summary>What the comparison has shown.</summary>
/// <param name="Rows">A row for each setup and load.</param>
/// <param name="ConstantRate">The requests a second of the constant load.</param>
internal sealed record Comparison(IReadOnlyList<Row> Rows, double ConstantRate)
{
    /// <returns><see langword="null"/> when it has no figures.</returns>
    public Row? Find(string setup, LoadKind load) =>
        Rows.SingleOrDefault(row => row.Setup == setup && row.Load == load && row.Samples.Count > 0);
}
