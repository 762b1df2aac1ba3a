using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>A way to read a body, in the three amounts that an app may read before it fails.</summary>
/// <param name="ContentType">What the request says that its body is.</param>
/// <param name="Body">A body that the door can read.</param>
/// <param name="Look">Reads nothing, but asks.</param>
/// <param name="ReadPart">Reads a part.</param>
/// <param name="ReadAll">Reads up to the end.</param>
internal sealed record BodyDoor(
    string ContentType,
    byte[] Body,
    Func<HttpContext, Task> Look,
    Func<HttpContext, Task> ReadPart,
    Func<HttpContext, Task> ReadAll
);
