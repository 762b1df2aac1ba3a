namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>What an operator does to a shadow during one round.</summary>
/// <param name="IsPaused">Whether it is paused at the start.</param>
/// <param name="PauseFlips">Whether that changes all the while.</param>
/// <param name="Ceiling">The ceiling at the start.</param>
/// <param name="CeilingFlips">Whether it goes up to 100 and down again all the while.</param>
internal sealed record ControlPlan(bool IsPaused, bool PauseFlips, double Ceiling, bool CeilingFlips);
