namespace ShadowMiddleware.Soak.Traffic;

/// <summary>What the app without the mirror does with a request.</summary>
/// <param name="Answer">What it answers.</param>
/// <param name="KeepsConnection">Whether another request can follow on the same connection.</param>
internal sealed record Expectation(Answer Answer, bool KeepsConnection);
