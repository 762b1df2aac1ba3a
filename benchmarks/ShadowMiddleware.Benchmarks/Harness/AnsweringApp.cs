using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>Reads what a request carries and answers. Counts, so that a caller can wait for the requests that it did not send itself.</summary>
internal sealed class AnsweringApp
{
    private static readonly byte[] Answer = "answered"u8.ToArray();

    private readonly IMeasuredApp _reading;
    private long _answered;

    public AnsweringApp(IMeasuredApp reading) => _reading = reading;

    public static ReadOnlySpan<byte> Ending => Answer;

    public long Answered => Interlocked.Read(ref _answered);

    public async Task InvokeAsync(HttpContext context)
    {
        await _reading.InvokeAsync(context);
        context.Response.ContentLength = Answer.Length;
        await context.Response.Body.WriteAsync(Answer);
        Interlocked.Increment(ref _answered);
    }
}
