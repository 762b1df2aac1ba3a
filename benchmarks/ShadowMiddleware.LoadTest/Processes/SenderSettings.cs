namespace ShadowMiddleware.LoadTest.Processes;

internal sealed record SenderSettings(string Shadow, int Concurrency);
