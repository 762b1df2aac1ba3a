using ShadowMiddleware.LoadTest.Processes;

namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>What is loaded, and whose use is measured meanwhile.</summary>
/// <param name="Port">Where the clients connect to.</param>
/// <param name="App">The app.</param>
/// <param name="Proxy">What stands in front of the app, if anything does.</param>
/// <param name="Shadow">Who receives the copies, if there are some and the shadow is alive.</param>
/// <param name="Beside">Who sends as much as the clients do meanwhile, of its own accord, if anybody does.</param>
/// <param name="Losses">Which copies may be lost.</param>
internal sealed record Subject(
    int Port,
    ServedProcess App,
    ServedProcess? Proxy = null,
    ServedProcess? Shadow = null,
    ServedProcess? Beside = null,
    Losses Losses = Losses.None
);
