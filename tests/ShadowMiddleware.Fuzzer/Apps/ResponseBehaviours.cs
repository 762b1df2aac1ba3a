using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Fuzzer.Apps;

/// <summary>The ways in which an app answers, and fails.</summary>
internal static class ResponseBehaviours
{
    public static readonly Dictionary<string, RequestDelegate> All = new(StringComparer.Ordinal)
    {
        ["headers"] = EchoHeadersAsync,
        ["stream"] = StreamAsync,
        ["big"] = context => Answer.WriteAsync(context, new string('b', 100_000)),
        ["writer"] = WriteUnflushed,
        ["mixed"] = WriteMixedAsync,
        ["status204"] = context => SetStatus(context, StatusCodes.Status204NoContent),
        ["status304"] = context => SetStatus(context, StatusCodes.Status304NotModified),
        ["status418"] = context => SetStatus(context, StatusCodes.Status418ImATeapot),
        ["status404"] = context => SetStatus(context, StatusCodes.Status404NotFound),
        ["redirect"] = Redirect,
        ["odd"] = SetOddHeadersAsync,
        ["trailers"] = SendTrailersAsync,
        ["length"] = SetLengthAsync,
        ["close"] = CloseAsync,
        ["throw"] = _ => throw new InvalidOperationException("Thrown before reading."),
        ["throwin"] = ThrowWhileReadingAsync,
        ["throwafter"] = ThrowAfterReadingAsync,
        ["throwstarted"] = ThrowAfterStartingAsync,
        ["throwbad"] = _ =>
            throw new BadHttpRequestException("Thrown as a bad request.", StatusCodes.Status409Conflict),
        ["throwcancel"] = _ => throw new OperationCanceledException("Thrown as cancelled."),
        ["abort"] = Abort,
        ["upgrade"] = UpgradeAsync,
        ["props"] = DescribeBodyAsync,
    };

    private static async Task EchoHeadersAsync(HttpContext context)
    {
        var text = new StringBuilder();
        foreach (var (name, values) in context.Request.Headers)
        {
            // The one that differs between the two apps.
            if (name != ArrivalRecorder.IdHeader)
            {
                text.Append(name).Append('=').AppendJoin('|', values.AsEnumerable()).Append('\n');
            }
        }

        text.Append(context.Request.Path).Append(context.Request.QueryString).Append(context.Request.Host);
        await Answer.WriteAsync(context, text.ToString());
    }

    private static async Task StreamAsync(HttpContext context)
    {
        for (var i = 0; i < 5; i++)
        {
            await context.Response.WriteAsync($"event {i}\n");
            await context.Response.Body.FlushAsync();
        }
    }

    private static Task WriteUnflushed(HttpContext context)
    {
        var memory = context.Response.BodyWriter.GetMemory(10);
        "unflushed"u8.CopyTo(memory.Span);
        context.Response.BodyWriter.Advance("unflushed"u8.Length);
        return Task.CompletedTask;
    }

    private static async Task WriteMixedAsync(HttpContext context)
    {
        await context.Response.Body.WriteAsync("A"u8.ToArray());
        "B"u8.CopyTo(context.Response.BodyWriter.GetSpan(1));
        context.Response.BodyWriter.Advance(1);
        await context.Response.Body.WriteAsync("C"u8.ToArray());
    }

    private static Task SetStatus(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task Redirect(HttpContext context)
    {
        context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true);
        return Task.CompletedTask;
    }

    private static Task SetOddHeadersAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Append("X-Twice", "1");
        headers.Append("X-Twice", "2");
        headers["X-Empty"] = "";
        headers.SetCookie = new[] { "a=1; Path=/", "b=2; HttpOnly" };
        headers.Server = "odd";
        return context.Response.WriteAsync("odd");
    }

    private static async Task SendTrailersAsync(HttpContext context)
    {
        if (context.Response.SupportsTrailers())
        {
            context.Response.DeclareTrailer("X-Trailer");
        }

        await context.Response.WriteAsync("with trailers");
        if (context.Response.SupportsTrailers())
        {
            context.Response.AppendTrailer("X-Trailer", "last");
        }
    }

    private static async Task SetLengthAsync(HttpContext context)
    {
        context.Response.ContentLength = 10;
        await context.Response.WriteAsync("too short");
    }

    private static async Task CloseAsync(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        await context.Response.WriteAsync("closing");
    }

    private static async Task ThrowWhileReadingAsync(HttpContext context)
    {
        await BodyBehaviours.ReadUpToAsync(context, 10);
        throw new InvalidOperationException("Thrown while reading.");
    }

    private static async Task ThrowAfterReadingAsync(HttpContext context)
    {
        await BodyBehaviours.ReadAllAsync(context);
        throw new InvalidOperationException("Thrown after reading.");
    }

    private static async Task ThrowAfterStartingAsync(HttpContext context)
    {
        await context.Response.WriteAsync("started");
        await context.Response.Body.FlushAsync();
        throw new InvalidOperationException("Thrown after the first byte.");
    }

    private static async Task UpgradeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade)
        {
            await context.Response.WriteAsync("no upgrade");
            return;
        }

        await using var connection = await upgrade.UpgradeAsync();
        await connection.CopyToAsync(connection);
    }

    private static async Task DescribeBodyAsync(HttpContext context)
    {
        var body = context.Request.Body;
        var text = $"{body.CanRead} {body.CanSeek} {body.CanWrite} {body.CanTimeout} ";
        foreach (var use in new Func<object>[] { () => body.Length, () => body.Position, () => body.ReadTimeout })
        {
            try
            {
                text += use();
            }
            catch (Exception exception)
            {
                text += exception.GetType().Name + exception.Message;
            }
        }

        await Answer.WriteAsync(context, text);
    }

    private static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }
}
