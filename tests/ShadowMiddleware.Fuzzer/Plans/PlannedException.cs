namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>Thrown by the app's own code where a case says so. The library may log it, and nothing else may come of it.</summary>
internal sealed class PlannedException() : Exception("Thrown as the case says.");
