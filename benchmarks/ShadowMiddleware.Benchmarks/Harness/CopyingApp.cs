using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>Copies the body into a stream that throws it away. One request at a time, so that the app itself allocates nothing.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "There is nothing behind the stream."
)]
internal sealed class CopyingApp : IMeasuredApp
{
    private readonly CountingStream _destination = new();
    private readonly long _expected;

    public CopyingApp(long expected) => _expected = expected;

    public async Task InvokeAsync(HttpContext context)
    {
        _destination.Rewind();
        await context.Request.Body.CopyToAsync(_destination);
        if (_destination.Count != _expected)
        {
            throw new InvalidOperationException($"The app read {_destination.Count} bytes of {_expected}.");
        }
    }
}
