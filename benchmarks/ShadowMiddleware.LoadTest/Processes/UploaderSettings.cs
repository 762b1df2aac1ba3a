namespace ShadowMiddleware.LoadTest.Processes;

internal sealed record UploaderSettings(string App);
