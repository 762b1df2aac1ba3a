using ShadowMiddleware.LoadTest.Measuring;

namespace ShadowMiddleware.LoadTest.Verdicts;

/// <summary>A target, and what was measured.</summary>
/// <param name="What">What is aimed at.</param>
/// <param name="AtMost">Whether the limit is an upper one.</param>
/// <param name="Limit">What is aimed at, as a figure.</param>
/// <param name="Unit">What the limit and the figure are in.</param>
/// <param name="Measured"><see langword="null"/>: not measured.</param>
internal sealed record TargetResult(string What, bool AtMost, double Limit, string Unit, Spread? Measured)
{
    public bool? Reached =>
        Measured is null ? null
        : AtMost ? Measured.Median <= Limit
        : Measured.Median >= Limit;
}
