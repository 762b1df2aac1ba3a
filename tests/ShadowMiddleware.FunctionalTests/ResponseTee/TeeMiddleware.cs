using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

/// <summary>Puts the tee in front of an app, as comparing will do, and remembers what it captured.</summary>
internal sealed class TeeMiddleware
{
    private readonly Channel<CapturedResponse> _captured = Channel.CreateUnbounded<CapturedResponse>();

    public long MaxBytes { get; set; } = 1024 * 1024;

    /// <summary>Puts it into the primary. Its twin has no pool of blocks, and gets no tee.</summary>
    public void Use(WebApplication app)
    {
        if (app.Services.GetService<BlockPool>() is { } pool)
        {
            app.Use(next => context => InvokeAsync(context, next, pool));
        }
    }

    /// <summary>Waits for the end of the next request in the app, which may come after the client has its response.</summary>
    public ValueTask<CapturedResponse> NextAsync(CancellationToken token) => _captured.Reader.ReadAsync(token);

    private async Task InvokeAsync(HttpContext context, RequestDelegate next, BlockPool pool)
    {
        var tee = ResponseBodyTee.Begin(context, pool, MaxBytes);
        var returned = false;
        try
        {
            await next(context);
            returned = true;
        }
        finally
        {
            var body = tee.End(context, returned);
            _captured.Writer.TryWrite(new CapturedResponse(tee.State, body is null ? null : Take(body)));
        }
    }

    private static byte[] Take(PooledBodyBuffer body)
    {
        using var bytes = new MemoryStream();
        for (var i = 0; i < body.BlockCount; i++)
        {
            bytes.Write(body.GetBlock(i).Span);
        }

        body.Release();
        return bytes.ToArray();
    }
}
