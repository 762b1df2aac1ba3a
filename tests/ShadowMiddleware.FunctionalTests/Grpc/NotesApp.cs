using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>
/// The service of <c>notes.proto</c> as the primary, without a gRPC library: it sends back the messages as they came. Metadata tells it how
/// to behave, and fields that begin with <c>x-echo</c> come back.
/// </summary>
internal sealed class NotesApp
{
    private readonly Channel<GrpcMessage> _received = Channel.CreateUnbounded<GrpcMessage>();

    /// <summary>The messages that the app has read.</summary>
    public ChannelReader<GrpcMessage> Received => _received.Reader;

    public async Task RunAsync(HttpContext context)
    {
        var request = context.Request;
        context.Response.ContentType = "application/grpc";
        if (request.Headers.TryGetValue("grpc-encoding", out var encoding))
        {
            context.Response.Headers["grpc-encoding"] = encoding;
        }

        foreach (var (name, values) in request.Headers)
        {
            if (name.StartsWith("x-echo", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.Headers[name] = values;
            }
        }

        if (request.Headers.ContainsKey("x-refuse"))
        {
            Fail(context.Response.Headers);
            return;
        }

        await AnswerAsync(context, new GrpcMessageReader(context));
        if (request.Headers.ContainsKey("x-fail"))
        {
            var trailers = new HeaderDictionary();
            Fail(trailers);
            foreach (var (name, values) in trailers)
            {
                context.Response.AppendTrailer(name, values);
            }
        }
        else
        {
            context.Response.AppendTrailer("grpc-status", "0");
        }
    }

    private async Task AnswerAsync(HttpContext context, GrpcMessageReader reader)
    {
        switch (context.Request.Path.Value)
        {
            case "/shadow.test.Notes/Get":
                await SendAsync(context, (await ReadOneAsync(reader)).Frame);
                break;
            case "/shadow.test.Notes/Watch":
                await WatchAsync(context, await ReadOneAsync(reader));
                break;
            case "/shadow.test.Notes/Collect":
                await SendAsync(context, (await ReadAllAsync(reader)).Frame);
                break;
            case "/shadow.test.Notes/Chat":
                await ChatAsync(context, reader);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }

        if (context.Request.Headers.ContainsKey("x-hang"))
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
    }

    private async Task<GrpcMessage> ReadOneAsync(GrpcMessageReader reader)
    {
        var message = await ReadAsync(reader);
        Assert.NotNull(message);
        Assert.Null(await ReadAsync(reader));
        return message.Value;
    }

    private async Task<GrpcMessage> ReadAllAsync(GrpcMessageReader reader)
    {
        var last = new GrpcMessage(new byte[GrpcMessage.PrefixLength]);
        while (await ReadAsync(reader) is { } message)
        {
            last = message;
        }

        return last;
    }

    private static async Task WatchAsync(HttpContext context, GrpcMessage message)
    {
        var count = context.Request.Headers["x-count"] == "Infinity" ? int.MaxValue : 3;
        for (var i = 0; i < count && !context.RequestAborted.IsCancellationRequested; i++)
        {
            await SendAsync(context, message.Frame);
            await Task.Delay(TimeSpan.FromMilliseconds(1), context.RequestAborted);
        }
    }

    private async Task ChatAsync(HttpContext context, GrpcMessageReader reader)
    {
        var left = context.Request.Headers.TryGetValue("x-leave-after", out var answers)
            ? int.Parse(answers!, provider: null)
            : int.MaxValue;
        while (left-- > 0 && await ReadAsync(reader) is { } message)
        {
            await SendAsync(context, message.Frame);
        }
    }

    private async Task<GrpcMessage?> ReadAsync(GrpcMessageReader reader)
    {
        var message = await reader.NextAsync();
        if (message is { } read)
        {
            _received.Writer.TryWrite(read);
        }

        return message;
    }

    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> frame)
    {
        await context.Response.Body.WriteAsync(frame, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static void Fail(IHeaderDictionary fields)
    {
        fields["grpc-status"] = "5";
        fields["grpc-message"] = "no such note: %C3%A4";
        fields["x-detail"] = "shelf 7";
        fields["x-detail-bin"] = "AAEC/w";
    }
}
