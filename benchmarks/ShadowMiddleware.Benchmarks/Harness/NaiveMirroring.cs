using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>The middleware that is written first: it buffers the whole body, and starts a send of which nobody hears again.</summary>
internal sealed class NaiveMirroring : IDisposable
{
    private readonly HttpClient _client = new();
    private readonly string _shadow;

    public NaiveMirroring(string shadow) => _shadow = shadow;

    public void Use(IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                var message = await CopyAsync(context.Request);
                _ = Task.Run(async () =>
                {
                    using var response = await _client.SendAsync(message);
                });
                await next(context);
            }
        );

    public void Dispose() => _client.Dispose();

    private async Task<HttpRequestMessage> CopyAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        request.Body.Position = 0;

        var message = new HttpRequestMessage(
            new HttpMethod(request.Method),
            _shadow + request.GetEncodedPathAndQuery()
        );
        if (body.Length > 0)
        {
            message.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        return message;
    }
}
