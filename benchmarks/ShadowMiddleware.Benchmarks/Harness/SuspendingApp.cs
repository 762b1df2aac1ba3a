using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>Waits once, as for a database.</summary>
internal sealed class SuspendingApp : IMeasuredApp
{
    public async Task InvokeAsync(HttpContext context) => await Task.Yield();
}
