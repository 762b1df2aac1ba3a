using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>A limit or a time of the server, and what breaks it.</summary>
/// <param name="Request">The request, by its name.</param>
/// <param name="Client">Plays the client and says what it saw.</param>
/// <param name="App">The app.</param>
/// <param name="Outcomes">What the ledger may say of the request; nothing when the app is not reached.</param>
internal sealed record ServerLimit(
    Func<string, FaultRequest> Request,
    Func<WireClient, FaultRequest, AppView, CancellationToken, Task<string>> Client,
    Func<HttpContext, Task> App,
    string[] Outcomes
);
