using System.Text;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Fuzzer.Apps;

/// <summary>Answers that may be long.</summary>
internal static class Answer
{
    /// <summary>
    /// Writes text in one piece. Written as text, or as JSON, it would be cut into chunks where the server's blocks end, and how full a
    /// block is depends on how much of an earlier response has left it.
    /// </summary>
    public static Task WriteAsync(HttpContext context, string text) =>
        context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
}
