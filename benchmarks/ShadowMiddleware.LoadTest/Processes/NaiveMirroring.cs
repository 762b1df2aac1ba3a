using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>
/// The few lines that people write before they look for a library: buffer the body, copy it into an array, send it from a task that
/// nobody waits for. Nothing bounds how many of those there are.
/// </summary>
internal sealed class NaiveMirroring
{
    private readonly HttpClient _client;
    private long _started;
    private long _completed;
    private long _failed;

    /// <param name="client">With the shadow's address.</param>
    public NaiveMirroring(HttpClient client) => _client = client;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        request.EnableBuffering();
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer);
        request.Body.Position = 0;

        var copy = new HttpRequestMessage(HttpMethod.Parse(request.Method), $"{request.Path}{request.QueryString}")
        {
            Content = new ByteArrayContent(buffer.ToArray()),
        };
        foreach (var (name, values) in request.Headers)
        {
            if (
                !name.Equals("Host", StringComparison.OrdinalIgnoreCase)
                && !copy.Headers.TryAddWithoutValidation(name, values.ToArray())
            )
            {
                copy.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        Interlocked.Increment(ref _started);
        _ = Task.Run(() => SendAsync(copy));
        await next(context);
    }

    public CopyCounts ReadCounts()
    {
        // The ends before the beginnings: a copy may begin between two looks.
        var completed = Interlocked.Read(ref _completed);
        var failed = Interlocked.Read(ref _failed);
        var started = Interlocked.Read(ref _started);
        return new CopyCounts(
            Seen: started,
            Mirrored: completed + failed,
            Completed: completed,
            Failed: failed,
            Pending: started - completed - failed
        );
    }

    private async Task SendAsync(HttpRequestMessage copy)
    {
        try
        {
            using var response = await _client.SendAsync(copy);
            Interlocked.Increment(ref _completed);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            Interlocked.Increment(ref _failed);
        }
        finally
        {
            copy.Dispose();
        }
    }
}
