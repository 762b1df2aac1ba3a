namespace ShadowMiddleware.LoadTest.Faults;

internal sealed record FaultyShadowSettings(ShadowFault Fault);
