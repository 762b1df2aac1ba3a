namespace ShadowMiddleware.LoadTest.Processes;

internal sealed record ShadowSettings(ShadowBehaviour Behaviour, TimeSpan Delay = default);
