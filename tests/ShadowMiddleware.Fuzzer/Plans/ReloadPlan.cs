namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>What is reloaded all the while during one round.</summary>
/// <param name="Equal">Whether what is in force already is.</param>
/// <param name="Bad">Whether what must be refused is.</param>
internal sealed record ReloadPlan(bool Equal, bool Bad);
