using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>Reads the whole body by the pipe and throws it away.</summary>
internal sealed class PipeReadingApp : IMeasuredApp
{
    private readonly long _expected;

    public PipeReadingApp(long expected) => _expected = expected;

    public async Task InvokeAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        long total = 0;
        bool isCompleted;
        do
        {
            var result = await reader.ReadAsync();
            total += result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            isCompleted = result.IsCompleted;
        } while (!isCompleted);

        if (total != _expected)
        {
            throw new InvalidOperationException($"The app read {total} bytes of {_expected}.");
        }
    }
}
