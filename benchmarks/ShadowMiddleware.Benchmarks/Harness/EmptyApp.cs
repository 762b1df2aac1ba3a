using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>Does nothing, so that nothing but the middleware is measured.</summary>
internal sealed class EmptyApp : IMeasuredApp
{
    public Task InvokeAsync(HttpContext context) => Task.CompletedTask;
}
