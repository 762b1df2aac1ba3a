using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>Reads the whole body and throws it away.</summary>
internal sealed class ReadingApp : IMeasuredApp
{
    // What Stream.CopyToAsync reads with; kept, so that the app itself allocates nothing.
    private readonly byte[] _buffer = new byte[81920];
    private readonly BodyAccess _access;
    private readonly long _expected;

    public ReadingApp(BodyAccess access, long expected)
    {
        _access = access;
        _expected = expected;
    }

    public async Task InvokeAsync(HttpContext context)
    {
        var read = _access == BodyAccess.Body ? await ReadBodyAsync(context) : await ReadBodyReaderAsync(context);
        if (read != _expected)
        {
            throw new InvalidOperationException($"The app read {read} bytes of {_expected}.");
        }
    }

    private async ValueTask<long> ReadBodyAsync(HttpContext context)
    {
        var body = context.Request.Body;
        long total = 0;
        int read;
        while ((read = await body.ReadAsync(_buffer)) > 0)
        {
            total += read;
        }

        return total;
    }

    private static async ValueTask<long> ReadBodyReaderAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        long total = 0;
        while (true)
        {
            var result = await reader.ReadAsync();
            total += result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return total;
            }
        }
    }
}
