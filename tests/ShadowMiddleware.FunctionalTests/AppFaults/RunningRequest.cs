using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>A request that runs while its host stops.</summary>
/// <param name="App">The app.</param>
/// <param name="IsSentWhole">Whether the whole body is sent before the host stops.</param>
/// <param name="Reached">Whether the request is where the host shall stop.</param>
/// <param name="Finish">What the client does once the host has begun to stop.</param>
/// <param name="OutlivesTheServer">Whether the app ends only when the server is gone.</param>
/// <param name="Outcomes">What the ledger may say.</param>
internal sealed record RunningRequest(
    Func<HttpContext, Task> App,
    bool IsSentWhole,
    Func<AppView, bool> Reached,
    Func<WireClient, FaultRequest, AppView, CancellationToken, Task> Finish,
    bool OutlivesTheServer,
    string[] Outcomes
);
