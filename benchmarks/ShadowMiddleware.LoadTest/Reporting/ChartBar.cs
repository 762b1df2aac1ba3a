namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>One bar of the chart.</summary>
/// <param name="Label">What it stands for.</param>
/// <param name="Parts">Its parts, end to end, each with the name of its colour.</param>
/// <param name="Text">What is written at its end.</param>
/// <param name="Low">Where the line begins that shows the range over the rounds, if there is one.</param>
/// <param name="High">Where it ends.</param>
internal sealed record ChartBar(
    string Label,
    IReadOnlyList<(double Length, string Colour)> Parts,
    string Text,
    double? Low = null,
    double? High = null
)
{
    public double Length => Parts.Sum(part => part.Length);

    public double End => Math.Max(Length, High ?? 0);
}
