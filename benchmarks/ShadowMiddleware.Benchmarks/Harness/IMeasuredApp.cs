using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>The end of a measured pipeline.</summary>
internal interface IMeasuredApp
{
    Task InvokeAsync(HttpContext context);
}
