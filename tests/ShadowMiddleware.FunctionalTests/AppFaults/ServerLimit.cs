using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>A limit or a time of the server, and what breaks it.</summary>
/// <param name="Request">The request, by its name.</param>
/// <param name="Client">Plays the client and says what it saw.</param>
/// <param name="App">The app.</param>
/// <param name="IsCopied">Whether there is a copy; else the body was not whole.</param>
/// <param name="IsSeen">Whether the app is reached at all.</param>
internal sealed record ServerLimit(
    Func<string, FaultRequest> Request,
    Func<WireClient, FaultRequest, AppView, CancellationToken, Task<string>> Client,
    Func<HttpContext, Task> App,
    bool IsCopied,
    bool IsSeen = true
);
