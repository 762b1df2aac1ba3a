using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>Where and how an app throws.</summary>
/// <param name="Reads">Whether the door makes a difference.</param>
/// <param name="Run">The app.</param>
internal sealed record ThrowPoint(bool Reads, Func<HttpContext, BodyDoor, Task> Run);
