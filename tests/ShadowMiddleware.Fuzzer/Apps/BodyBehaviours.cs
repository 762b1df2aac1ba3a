using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Fuzzer.Apps;

/// <summary>The ways in which an app deals with a request's body. What each answers depends on the request alone, never on timing.</summary>
internal static class BodyBehaviours
{
    public static readonly Dictionary<string, RequestDelegate> All = new(StringComparer.Ordinal)
    {
        ["all"] = async context => await AnswerAsync(context, await ReadAllAsync(context)),
        ["echo"] = async context => await context.Response.Body.WriteAsync(await ReadAllAsync(context)),
        ["none"] = context => context.Response.WriteAsync("ignored"),
        ["nothing"] = _ => Task.CompletedTask,
        ["part"] = async context => await AnswerAsync(context, await ReadUpToAsync(context, 10)),
        ["one"] = async context => await AnswerAsync(context, await ReadUpToAsync(context, 1)),
        ["late"] = ReadLateAsync,
        ["pipe"] = ReadPipeAsync,
        ["pipepart"] = ReadPartOfPipeAsync,
        ["pipetry"] = TryReadPipeAsync,
        ["json"] = ReadJsonAsync,
        ["form"] = ReadFormAsync,
        ["text"] = ReadTextAsync,
        ["bytes"] = ReadByteByByteAsync,
        ["zero"] = ReadWithZeroByteReadsAsync,
        ["sync"] = ReadSyncAsync,
        ["copyto"] = CopyAsync,
        ["twice"] = ReadTwiceAsync,
        ["exactly"] = ReadExactlyAsync,
        ["rewind"] = ReadAndRewindAsync,
        ["cancelled"] = ReadCancelledFirstAsync,
        ["dispose"] = DisposeAsync,
        ["replace"] = ReplaceAsync,
        ["limit"] = ReadUnderALimitAsync,
        ["limitnone"] = IgnoreUnderALimit,
        ["complete"] = CompleteThenReadAsync,
        ["doors"] = ReadThroughBothDoorsAsync,
        ["intrailers"] = ReadTrailersAsync,
    };

    public static async Task<byte[]> ReadAllAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        MarkEnd(context);
        return body.ToArray();
    }

    public static async Task<byte[]> ReadUpToAsync(HttpContext context, int count)
    {
        var buffer = new byte[count];
        var read = await context.Request.Body.ReadAtLeastAsync(buffer, count, throwOnEndOfStream: false);
        return buffer[..read];
    }

    /// <summary>Reads what is left. Not noted as the end of the body: the mirror, which is further in, does not see it.</summary>
    public static async Task<string> DigestRestAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return Digest(body.ToArray());
    }

    private static Task AnswerAsync(HttpContext context, ReadOnlySpan<byte> body) =>
        context.Response.WriteAsync(Digest(body));

    private static string Digest(ReadOnlySpan<byte> body) =>
        $"{body.Length} {Convert.ToHexStringLower(SHA256.HashData(body))[..16]}";

    private static void MarkEnd(HttpContext context) => Arrival.Of(context).ReadToEnd = true;

    private static async Task ReadLateAsync(HttpContext context)
    {
        await context.Response.StartAsync();
        await context.Response.WriteAsync("first ");
        await context.Response.Body.FlushAsync();
        await AnswerAsync(context, await ReadAllAsync(context));
    }

    private static async Task ReadPipeAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            // Every other byte stays behind as examined, so that the reader has to come back for it.
            var result = await reader.ReadAsync();
            var taken = result.IsCompleted ? result.Buffer : result.Buffer.Slice(0, (result.Buffer.Length + 1) / 2);
            foreach (var segment in taken)
            {
                body.Write(segment.Span);
            }

            reader.AdvanceTo(taken.End, result.Buffer.End);
            if (result.IsCompleted)
            {
                MarkEnd(context);
                await AnswerAsync(context, body.WrittenSpan);
                return;
            }
        }
    }

    private static async Task ReadPartOfPipeAsync(HttpContext context)
    {
        var result = await context.Request.BodyReader.ReadAtLeastAsync(5);
        var taken = result.Buffer.Slice(0, Math.Min(3, result.Buffer.Length));
        await AnswerAsync(context, taken.ToArray());
        context.Request.BodyReader.AdvanceTo(taken.End);
    }

    private static Task TryReadPipeAsync(HttpContext context)
    {
        // What is there is chance, so the answer must not depend on it. That the server begins to read is not.
        if (context.Request.BodyReader.TryRead(out var result))
        {
            context.Request.BodyReader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        return context.Response.WriteAsync("tried");
    }

    private static async Task ReadJsonAsync(HttpContext context)
    {
        var json = await context.Request.ReadFromJsonAsync<JsonElement>();
        await Answer.WriteAsync(context, json.GetRawText());
    }

    private static async Task ReadFormAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var fields = form.Select(field => $"{field.Key}={field.Value}");
        var files = form.Files.Select(file => $"{file.Name}:{file.FileName}:{file.Length}");
        await Answer.WriteAsync(context, string.Join('&', fields.Concat(files)));
    }

    private static async Task ReadTextAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8, leaveOpen: true);
        var text = await reader.ReadToEndAsync();
        MarkEnd(context);
        await Answer.WriteAsync(context, text);
    }

    private static async Task ReadByteByByteAsync(HttpContext context)
    {
        var buffer = new byte[1];
        var first = new List<byte>();
        while (first.Count < 64 && await context.Request.Body.ReadAsync(buffer) > 0)
        {
            first.Add(buffer[0]);
        }

        var rest = await ReadAllAsync(context);
        await AnswerAsync(context, [.. first, .. rest]);
    }

    private static async Task ReadWithZeroByteReadsAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        var buffer = new byte[777];
        while (true)
        {
            var none = await context.Request.Body.ReadAsync(Memory<byte>.Empty);
            var read = none + await context.Request.Body.ReadAsync(buffer);
            if (read == 0)
            {
                break;
            }

            body.Write(buffer, 0, read);
        }

        MarkEnd(context);
        await AnswerAsync(context, body.ToArray());
    }

    private static async Task ReadSyncAsync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        using var body = new MemoryStream();
        context.Request.Body.CopyTo(body, bufferSize: 100);
        MarkEnd(context);
        await AnswerAsync(context, body.ToArray());
    }

    private static async Task CopyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.BodyReader.CopyToAsync(body);
        MarkEnd(context);
        await AnswerAsync(context, body.ToArray());
    }

    private static async Task ReadTwiceAsync(HttpContext context)
    {
        var body = await ReadAllAsync(context);
        var again = await ReadAllAsync(context);
        await AnswerAsync(context, [.. body, .. again]);
    }

    private static async Task ReadExactlyAsync(HttpContext context)
    {
        var length = Math.Min(context.Request.ContentLength ?? 0, 1 << 20);
        await AnswerAsync(context, await ReadUpToAsync(context, (int)length));
    }

    private static async Task ReadAndRewindAsync(HttpContext context)
    {
        context.Request.EnableBuffering(bufferThreshold: 1 << 20);
        var start = await ReadUpToAsync(context, 100);
        context.Request.Body.Position = start.Length / 2;
        var body = await ReadAllAsync(context);
        context.Request.Body.Position = 0;
        await AnswerAsync(context, [.. body, .. await ReadAllAsync(context)]);
    }

    private static async Task ReadCancelledFirstAsync(HttpContext context)
    {
        try
        {
            await context.Request.Body.ReadExactlyAsync(new byte[10], new CancellationToken(canceled: true));
        }
        catch (OperationCanceledException)
        {
            // The next read goes on where this one would have begun.
        }

        await AnswerAsync(context, await ReadAllAsync(context));
    }

    private static async Task DisposeAsync(HttpContext context)
    {
        await ReadUpToAsync(context, 10);
        await context.Request.Body.DisposeAsync();
        await context.Response.WriteAsync("disposed");
    }

    private static async Task ReplaceAsync(HttpContext context)
    {
        context.Request.Body = new MemoryStream("another"u8.ToArray());
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        await context.Response.WriteAsync(await reader.ReadToEndAsync());
    }

    // Over its limit, the server answers a look with an exception, and a response that has not started with "Connection: close".
    private static Task IgnoreUnderALimit(HttpContext context)
    {
        SetLimit(context);
        return Task.CompletedTask;
    }

    private static void SetLimit(HttpContext context) =>
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = 100;

    private static async Task ReadUnderALimitAsync(HttpContext context)
    {
        SetLimit(context);
        await AnswerAsync(context, await ReadAllAsync(context));
    }

    private static async Task ReadThroughBothDoorsAsync(HttpContext context)
    {
        var start = await ReadUpToAsync(context, 7);
        var result = await context.Request.BodyReader.ReadAsync();
        var middle = result.Buffer.Slice(0, Math.Min(11, result.Buffer.Length)).ToArray();

        // What was looked at and not taken belongs to the next reader.
        context.Request.BodyReader.AdvanceTo(result.Buffer.GetPosition(middle.Length));
        var end = await ReadAllAsync(context);
        await AnswerAsync(context, [.. start, .. middle, .. end]);
    }

    private static async Task ReadTrailersAsync(HttpContext context)
    {
        var body = await ReadAllAsync(context);
        var trailers = context.Request.SupportsTrailers()
            ? string.Join('&', context.Features.GetRequiredFeature<IHttpRequestTrailersFeature>().Trailers)
            : "none";
        await Answer.WriteAsync(context, $"{Digest(body)} {trailers}");
    }

    private static async Task CompleteThenReadAsync(HttpContext context)
    {
        await context.Response.WriteAsync("complete");
        await context.Response.CompleteAsync();
        await ReadAllAsync(context);
    }
}
