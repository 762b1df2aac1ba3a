using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>Middleware that does something to the body, and what the app may then find.</summary>
internal delegate Task Meddler(HttpContext context, RequestDelegate next);
