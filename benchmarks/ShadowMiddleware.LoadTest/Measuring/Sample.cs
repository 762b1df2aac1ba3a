namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>One measurement, and the app alone at the same time: the mean of what came before and after it.</summary>
internal sealed record Sample(int Round, Figures Measured, Figures Alone);
