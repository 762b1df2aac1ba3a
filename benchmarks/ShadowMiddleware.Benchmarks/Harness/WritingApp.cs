using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>Writes a response in one piece.</summary>
internal sealed class WritingApp : IMeasuredApp
{
    private readonly byte[] _bytes;
    private readonly ResponseAccess _access;

    public WritingApp(ResponseAccess access, int responseBytes)
    {
        _access = access;
        _bytes = new byte[responseBytes];
        Array.Fill(_bytes, (byte)'x');
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (_access == ResponseAccess.Body)
        {
            return context.Response.Body.WriteAsync(_bytes).AsTask();
        }

        context.Response.BodyWriter.Write(_bytes);
        return Task.CompletedTask;
    }
}
