using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.Capture;
using static ShadowMiddleware.Capture.ResponseCaptureState;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

// Every door is tried, those that nobody should use included.
#pragma warning disable CA1835, CA1849, MA0042
/// <summary>The ways in which apps write a response, good and bad, and what the tee is to make of each.</summary>
[SuppressMessage("Usage", "CA2201:Do not raise reserved exception types", Justification = "The app's own.")]
internal static class Writings
{
    private const string Steps = "SuwfF";
    private static readonly byte[] Large = [.. Enumerable.Range(0, 70_000).Select(i => (byte)(i % 251))];
    private static readonly string FilePath = typeof(Writings).Assembly.Location;

    public static IReadOnlyDictionary<string, (ResponseCaptureState State, RequestDelegate Write)> All { get; } =
        new Dictionary<string, (ResponseCaptureState, RequestDelegate)>
        {
            ["/nothing"] = (Whole, _ => Task.CompletedTask),
            ["/start"] = (Whole, context => context.Response.StartAsync()),
            ["/complete"] = (Whole, CompleteAsync),
            ["/complete-then-write"] = (Incomplete, WriteAfterCompletingAsync),
            ["/complete-unflushed"] = (Whole, CompleteUnflushedAsync),
            ["/complete-writer"] = (Whole, CompleteWriterAsync),
            ["/complete-writer-faulted"] = (Incomplete, CompleteWriterFaultedAsync),
            ["/start-unflushed"] = (Whole, StartUnflushedAsync),
            ["/sync"] = (Whole, WriteSync),
            ["/begin"] = (Whole, BeginWriteAsync),
            ["/copy"] = (Whole, context => new MemoryStream(Large).CopyToAsync(context.Response.Body)),
            ["/copy-to-writer"] = (Whole, context => new MemoryStream(Large).CopyToAsync(context.Response.BodyWriter)),
            ["/empty-writes"] = (Whole, WriteNothingAsync),
            ["/large-memory"] = (Whole, FillLargeMemory),
            ["/small-memories"] = (Whole, FillSmallMemoriesAsync),
            ["/length"] = (Whole, context => WriteWithLengthAsync(context, length: 10, bytes: 10)),
            ["/length-short"] = (Incomplete, context => WriteWithLengthAsync(context, length: 10, bytes: 4)),
            ["/length-long"] = (Incomplete, context => WriteWithLengthAsync(context, length: 10, bytes: 12)),
            ["/length-long-advanced"] = (Incomplete, AdvanceTooFar),
            ["/length-short-unflushed"] = (Incomplete, AdvanceTooShort),
            ["/204"] = (Whole, context => WithStatus(context, 204)),
            ["/205"] = (Whole, context => WithStatus(context, 205)),
            ["/304"] = (Whole, context => WithStatus(context, 304)),
            ["/204-written"] = (Incomplete, context => WriteWithStatusAsync(context, 204)),
            ["/304-written"] = (Incomplete, context => WriteWithStatusAsync(context, 304)),
            ["/204-caught"] = (Incomplete, context => WriteWithStatusCaughtAsync(context, 204)),
            ["/204-unflushed"] = (Incomplete, context => WithStatusUnflushed(context, 204)),
            ["/205-unflushed"] = (Incomplete, context => WithStatusUnflushed(context, 205)),
            ["/304-unflushed"] = (Incomplete, context => WithStatusUnflushed(context, 304)),
            ["/throw"] = (Incomplete, _ => throw Fault()),
            ["/throw-after-start"] = (Incomplete, context => ThrowAfterAsync(context, flush: true)),
            ["/throw-after-write"] = (Incomplete, ThrowAfterWriteAsync),
            ["/throw-unflushed"] = (Incomplete, context => ThrowAfterAsync(context, flush: false)),
            ["/throw-on-starting"] = (Incomplete, ThrowOnStartingAsync),
            ["/write-on-starting"] = (Whole, WriteOnStartingAsync),
            ["/cancelled"] = (Incomplete, WriteCancelledAsync),
            ["/file"] = (SentFile, context => context.Response.SendFileAsync(FilePath)),
            ["/file-range"] = (SentFile, context => context.Response.SendFileAsync(FilePath, 10, 20)),
            ["/file-between"] = (SentFile, SendFileBetweenAsync),
            ["/file-missing"] = (SentFile, SendMissingFileAsync),
        };

    /// <summary>Those that end in an exception when the request is HEAD.</summary>
    public static IReadOnlySet<string> ThrowForHead { get; } =
        new HashSet<string>
        {
            "/throw",
            "/throw-after-start",
            "/throw-after-write",
            "/throw-unflushed",
            "/length-long",
            "/length-long-advanced",
        };

    /// <summary>Every order of writes to the stream and to the writer: S and w send, u does not, f and F flush.</summary>
    public static IEnumerable<string> Orders(int length) =>
        length == 0
            ? [""]
            : Orders(length - 1)
                .SelectMany(order =>
                    order.Length < length - 1 ? [order] : (string[])[order, .. Steps.Select(step => order + step)]
                );

    public static void Map(WebApplication app)
    {
        foreach (var (path, (_, write)) in All)
        {
            app.Map(path, write);
        }

        app.Map("/order/{order}", context => WriteInOrderAsync(context, $"{context.Request.RouteValues["order"]}"));
    }

    private static async Task WriteInOrderAsync(HttpContext context, string order)
    {
        var response = context.Response;
        if (context.Request.Query.ContainsKey("length"))
        {
            response.ContentLength = order.Count(step => step is 'S' or 'u' or 'w') * 4L;
        }

        if (context.Request.Query.ContainsKey("start"))
        {
            await response.StartAsync();
        }

        for (var i = 0; i < order.Length; i++)
        {
            var bytes = Encoding.ASCII.GetBytes($"<{i.ToString("D2", CultureInfo.InvariantCulture)}>");
            switch (order[i])
            {
                case 'S':
                    await response.Body.WriteAsync(bytes);
                    break;
                case 'u':
                    response.BodyWriter.Write(bytes);
                    break;
                case 'w':
                    await response.BodyWriter.WriteAsync(bytes);
                    break;
                case 'f':
                    await response.BodyWriter.FlushAsync();
                    break;
                default:
                    await response.Body.FlushAsync();
                    break;
            }
        }
    }

    private static async Task CompleteAsync(HttpContext context)
    {
        await context.Response.WriteAsync("done");
        await context.Response.CompleteAsync();
    }

    private static async Task WriteAfterCompletingAsync(HttpContext context)
    {
        await CompleteAsync(context);
        try
        {
            await context.Response.Body.WriteAsync(new byte[1]);
            context.Response.BodyWriter.Write(new byte[1]);
        }
        catch (InvalidOperationException)
        {
            // As it should be.
        }
    }

    private static async Task CompleteUnflushedAsync(HttpContext context)
    {
        context.Response.BodyWriter.Write("done"u8);
        await context.Response.CompleteAsync();
    }

    private static async Task CompleteWriterAsync(HttpContext context)
    {
        context.Response.BodyWriter.Write("done"u8);
        await context.Response.BodyWriter.CompleteAsync();
    }

    private static async Task CompleteWriterFaultedAsync(HttpContext context)
    {
        await context.Response.WriteAsync("part");
        await context.Response.BodyWriter.CompleteAsync(Fault());
    }

    private static async Task StartUnflushedAsync(HttpContext context)
    {
        await context.Response.StartAsync();
        context.Response.BodyWriter.Write(Large);
    }

    private static Task WriteSync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        var body = context.Response.Body;
        body.Write(Large, 100, 1000);
        body.Write(Large.AsSpan(200, 10_000));
        body.WriteByte(1);
        body.Flush();
        body.WriteByte(2);
        return Task.CompletedTask;
    }

    private static async Task BeginWriteAsync(HttpContext context)
    {
        var body = context.Response.Body;
        await Task.Factory.FromAsync(body.BeginWrite, body.EndWrite, Large, 5, 60_000, state: null);
        await body.WriteAsync(Large, 0, 7);
    }

    private static async Task WriteNothingAsync(HttpContext context)
    {
        await context.Response.Body.WriteAsync(Array.Empty<byte>());
        context.Response.BodyWriter.GetMemory();
        context.Response.BodyWriter.Advance(0);
        await context.Response.BodyWriter.WriteAsync(Array.Empty<byte>());
        await context.Response.WriteAsync("");
        await context.Response.WriteAsync("x");
    }

    private static Task FillLargeMemory(HttpContext context)
    {
        Large.CopyTo(context.Response.BodyWriter.GetMemory(Large.Length));
        context.Response.BodyWriter.Advance(Large.Length);
        return Task.CompletedTask;
    }

    private static async Task FillSmallMemoriesAsync(HttpContext context)
    {
        var writer = context.Response.BodyWriter;
        for (var i = 0; i < 3000; i++)
        {
            Large.AsSpan(i, 7).CopyTo(writer.GetSpan(7));
            writer.Advance(3);
            writer.Advance(4);
            if (i % 1000 == 999)
            {
                await writer.FlushAsync();
            }
        }
    }

    private static async Task WriteWithLengthAsync(HttpContext context, long length, int bytes)
    {
        context.Response.ContentLength = length;
        await context.Response.Body.WriteAsync(Large.AsMemory(0, bytes));
    }

    private static Task AdvanceTooFar(HttpContext context)
    {
        context.Response.ContentLength = 10;
        context.Response.BodyWriter.GetMemory(12);
        context.Response.BodyWriter.Advance(12);
        return Task.CompletedTask;
    }

    private static Task AdvanceTooShort(HttpContext context)
    {
        context.Response.ContentLength = 10;
        context.Response.BodyWriter.Write("part"u8);
        return Task.CompletedTask;
    }

    private static Task WithStatus(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static async Task WriteWithStatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        await context.Response.Body.WriteAsync(new byte[3]);
    }

    private static async Task WriteWithStatusCaughtAsync(HttpContext context, int status)
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => WriteWithStatusAsync(context, status));
        }
    }

    private static Task WithStatusUnflushed(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.BodyWriter.Write("unflushed"u8);
        return Task.CompletedTask;
    }

    private static async Task ThrowAfterAsync(HttpContext context, bool flush)
    {
        context.Response.BodyWriter.Write("first"u8);
        if (flush)
        {
            await context.Response.BodyWriter.FlushAsync();
        }

        context.Response.BodyWriter.Write("second"u8);
        throw Fault();
    }

    private static async Task ThrowAfterWriteAsync(HttpContext context)
    {
        context.Response.ContentLength = 10;
        await context.Response.Body.WriteAsync("part"u8.ToArray());
        throw Fault();
    }

    // The app does not notice, and returns.
    private static async Task ThrowOnStartingAsync(HttpContext context)
    {
        context.Response.OnStarting(() => throw Fault());
        await Assert.ThrowsAnyAsync<Exception>(() => context.Response.StartAsync());
        context.Response.BodyWriter.Write("unflushed"u8);
    }

    private static async Task WriteOnStartingAsync(HttpContext context)
    {
        context.Response.OnStarting(async () =>
        {
            await Task.Yield();
            context.Response.Headers["X-Starting"] = "yes";
        });
        context.Response.BodyWriter.Write("first"u8);
        await context.Response.Body.WriteAsync("second"u8.ToArray());
    }

    private static async Task WriteCancelledAsync(HttpContext context)
    {
        var cancelled = new CancellationToken(canceled: true);
        await context.Response.WriteAsync("first");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await context.Response.Body.WriteAsync(new byte[3], cancelled)
        );
        await context.Response.WriteAsync("second");
    }

    private static async Task SendFileBetweenAsync(HttpContext context)
    {
        context.Response.BodyWriter.Write("before"u8);
        await context.Response.SendFileAsync(FilePath, 0, 1000);
        context.Response.BodyWriter.Write("after"u8);
    }

    private static async Task SendMissingFileAsync(HttpContext context)
    {
        await Assert.ThrowsAnyAsync<IOException>(() => context.Response.SendFileAsync("/no/such/file"));
        await context.Response.WriteAsync("not found");
    }

    private static InvalidOperationException Fault() => new("the app's own");
}
