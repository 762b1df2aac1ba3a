namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>One measurement, and what it is set against.</summary>
/// <param name="Round">The round, from 1.</param>
/// <param name="Measured">What was measured.</param>
/// <param name="Reference">In the comparison, the app alone at the same time: the mean of what came before and after it.</param>
internal sealed record Sample(int Round, Figures Measured, Figures Reference);
