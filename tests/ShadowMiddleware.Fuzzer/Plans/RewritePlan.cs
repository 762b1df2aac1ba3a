namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>How a drawn configuration rewrites paths.</summary>
internal sealed record RewritePlan(string Pattern, string Replacement);
