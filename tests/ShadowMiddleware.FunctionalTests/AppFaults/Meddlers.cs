using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>Everything that other middleware does to a body, kind or not. Each stands in front of the mirror and behind it.</summary>
internal static class Meddlers
{
    /// <summary>The field that says where the middleware stands.</summary>
    public const string Place = "X-Place";

    public const string InFront = "in front";

    public const string Behind = "behind";

    /// <summary>
    /// Those that leave something running. The server uses its HTTP/2 streams again, and there they hit another request, with and
    /// without the mirror.
    /// </summary>
    public static readonly string[] WithLeftovers =
    [
        "leaves a read by stream open",
        "keeps the stream and reads it after the end",
        "keeps the reader and reads it after the end",
    ];

    private static readonly byte[] _another = "another body altogether"u8.ToArray();

    public static readonly Dictionary<string, Meddler> All = new(StringComparer.Ordinal)
    {
        ["replaces the body by memory"] = (context, next) =>
            Replacing(context, next, new MemoryStream(Replace(context, _another)), putBack: true),
        ["replaces the body by memory, for good"] = (context, next) =>
            Replacing(context, next, new MemoryStream(Replace(context, _another)), putBack: false),
        ["wraps the body"] = (context, next) =>
            Replacing(context, next, new Wrapper(context.Request.Body), putBack: true),
        ["wraps the body, for good"] = (context, next) =>
            Replacing(context, next, new Wrapper(context.Request.Body), putBack: false),
        ["replaces the body by the null stream"] = (context, next) =>
        {
            Replace(context, []);
            return Replacing(context, next, Stream.Null, putBack: true);
        },
        ["takes the body away"] = async (context, next) =>
        {
            var body = context.Request.Body;
            context.Request.Body = null!;
            await PassAsync(context, next);
            context.Request.Body = body;
        },
        ["reads with a reader that disposes"] = async (context, next) =>
        {
            using (var reader = new StreamReader(context.Request.Body))
            {
                Note(context, (await reader.ReadToEndAsync()).Length);
            }

            await PassAsync(context, next);
        },
        ["disposes unread"] = (context, next) =>
        {
            context.Request.Body.Dispose();
            return PassAsync(context, next);
        },
        ["disposes asynchronously"] = async (context, next) =>
        {
            await context.Request.Body.DisposeAsync();
            await PassAsync(context, next);
        },
        ["disposes in its middle"] = async (context, next) =>
        {
            Note(context, await context.Request.Body.ReadAsync(new byte[5]));
            await context.Request.Body.DisposeAsync();
            await PassAsync(context, next);
        },
        ["completes the reader"] = async (context, next) =>
        {
            await context.Request.BodyReader.CompleteAsync();
            await PassAsync(context, next);
        },
        ["completes the reader with an exception"] = async (context, next) =>
        {
            await context.Request.BodyReader.CompleteAsync(new AppFaultException("the app's own"));
            await PassAsync(context, next);
        },
        ["completes the reader after the app"] = async (context, next) =>
        {
            await PassAsync(context, next);
            await context.Request.BodyReader.CompleteAsync();
        },
        ["cancels a read that nobody waits for"] = (context, next) =>
        {
            context.Request.BodyReader.CancelPendingRead();
            return PassAsync(context, next);
        },
        ["cancels a read after the app"] = async (context, next) =>
        {
            await PassAsync(context, next);
            context.Request.BodyReader.CancelPendingRead();
        },
        ["cancels, and looks what comes"] = async (context, next) =>
        {
            context.Request.BodyReader.CancelPendingRead();
            await LookAsync(context);
            await PassAsync(context, next);
        },
        ["looks after the app"] = async (context, next) =>
        {
            await PassAsync(context, next);
            await LookAsync(context);
        },
        ["cancels its read by a token"] = async (context, next) =>
        {
            try
            {
                Note(context, await context.Request.Body.ReadAsync(new byte[5], new CancellationToken(canceled: true)));
            }
            catch (OperationCanceledException exception)
            {
                AppViews.Of(context).NoteException("meddler", exception);
            }

            await PassAsync(context, next);
        },
        ["replaces the feature of the pipe"] = async (context, next) =>
        {
            var feature = context.Features.GetRequiredFeature<IRequestBodyPipeFeature>();
            context.Features.Set<IRequestBodyPipeFeature>(new PipeFeature(feature.Reader));
            await PassAsync(context, next);
            context.Features.Set(feature);
        },
        ["replaces the feature of the pipe, for good"] = (context, next) =>
        {
            var feature = context.Features.GetRequiredFeature<IRequestBodyPipeFeature>();
            context.Features.Set<IRequestBodyPipeFeature>(new PipeFeature(feature.Reader));
            return PassAsync(context, next);
        },
        ["removes the feature of the pipe"] = (context, next) =>
        {
            context.Features.Set<IRequestBodyPipeFeature>(null);
            return PassAsync(context, next);
        },
        ["replaces the feature of the request"] = (context, next) =>
        {
            var feature = context.Features.GetRequiredFeature<IHttpRequestFeature>();
            context.Features.Set<IHttpRequestFeature>(
                new HttpRequestFeature
                {
                    Body = feature.Body,
                    Headers = feature.Headers,
                    Method = feature.Method,
                    Path = feature.Path,
                    PathBase = feature.PathBase,
                    Protocol = feature.Protocol,
                    QueryString = feature.QueryString,
                    RawTarget = feature.RawTarget,
                    Scheme = feature.Scheme,
                }
            );
            return PassAsync(context, next);
        },
        ["buffers, reads, rewinds"] = async (context, next) =>
        {
            context.Request.EnableBuffering();
            Note(context, await context.Request.Body.ReadAtLeastAsync(new byte[5000], 5000, throwOnEndOfStream: false));
            context.Request.Body.Position = 0;
            await PassAsync(context, next);
        },
        ["buffers, skips a part"] = async (context, next) =>
        {
            context.Request.EnableBuffering();
            Note(context, await context.Request.Body.ReadAtLeastAsync(new byte[5000], 5000, throwOnEndOfStream: false));
            context.Request.Body.Seek(10, SeekOrigin.Begin);
            await PassAsync(context, next);
        },
        ["buffers, rewinds after the app"] = async (context, next) =>
        {
            context.Request.EnableBuffering();
            await PassAsync(context, next);
            context.Request.Body.Position = 0;
            await LookAsync(context);
        },
        ["rewinds what cannot be rewound"] = async (context, next) =>
        {
            try
            {
                context.Request.Body.Position = 0;
            }
            catch (Exception exception)
            {
                AppViews.Of(context).Note(exception.GetType().Name);
            }

            await PassAsync(context, next);
        },
        ["leaves a read by stream open"] = async (context, next) =>
        {
            await PassAsync(context, next);
            Leave(context, () => context.Request.Body.ReadAsync(new byte[10]).AsTask());
        },
        ["keeps the stream and reads it after the end"] = async (context, next) =>
        {
            var body = context.Request.Body;
            context.Response.OnCompleted(() =>
            {
                Leave(context, () => body.ReadAsync(new byte[10]).AsTask());
                return Task.CompletedTask;
            });
            await PassAsync(context, next);
        },
        ["keeps the reader and reads it after the end"] = async (context, next) =>
        {
            var reader = context.Request.BodyReader;
            context.Response.OnCompleted(() =>
            {
                Leave(context, async () => (int)(await reader.ReadAsync()).Buffer.Length);
                return Task.CompletedTask;
            });
            await PassAsync(context, next);
        },
        ["puts the kept stream back in a callback"] = async (context, next) =>
        {
            var body = context.Request.Body;
            context.Response.OnStarting(async () =>
            {
                context.Request.Body = body;
                await LookAsync(context);
            });
            await PassAsync(context, next);
        },
        ["aborts"] = (context, next) =>
        {
            context.Abort();
            return PassAsync(context, next);
        },
        ["answers itself"] = (context, _) => context.Response.WriteAsync("no further"),
        ["runs the app twice"] = async (context, next) =>
        {
            await PassAsync(context, next);
            await PassAsync(context, next);
        },
    };

    private static Task PassAsync(HttpContext context, RequestDelegate next) => next(context);

    private static void Note(HttpContext context, int count) => AppViews.Of(context).Note($"meddler got {count}");

    // Behind the mirror it is still what arrived that is copied.
    private static byte[] Replace(HttpContext context, byte[] body)
    {
        if (
            context.Request.Headers[Place] == InFront
            && context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody
        )
        {
            AppViews.Of(context).Replacement = body;
        }

        return body;
    }

    private static async Task Replacing(HttpContext context, RequestDelegate next, Stream body, bool putBack)
    {
        var before = context.Request.Body;
        context.Request.Body = body;
        try
        {
            await next(context);
        }
        finally
        {
            AppViews
                .Of(context)
                .Note(ReferenceEquals(context.Request.Body, body) ? "still in place" : "somebody has taken it");
            if (putBack)
            {
                context.Request.Body = before;
            }
        }
    }

    private static async Task LookAsync(HttpContext context)
    {
        try
        {
            // How much has arrived by now is nobody's promise.
            var result = await context.Request.BodyReader.ReadAsync();
            AppViews.Of(context).Note($"sees something, cancelled {result.IsCanceled}");
            context.Request.BodyReader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
        catch (Exception exception)
        {
            AppViews.Of(context).Note($"sees {exception.GetType()} \"{exception.Message}\"");
        }
    }

    // Nobody waits for it: it ends when the server ends it, or with the next request.
    private static void Leave(HttpContext context, Func<Task<int>> read)
    {
        var view = AppViews.Of(context);
        _ = RunAsync();

        async Task RunAsync()
        {
            try
            {
                view.Note($"left over: {await read()} bytes");
            }
            catch (Exception exception)
            {
                view.Note($"left over: {exception.GetType()} \"{exception.Message}\"");
            }
            finally
            {
                view.LeftoverEnded.TrySetResult();
            }
        }
    }

    private sealed class PipeFeature(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader { get; } = reader;
    }

    /// <summary>A stream that others put over the body.</summary>
    private sealed class Wrapper(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => inner.ReadAsync(buffer, offset, count, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void SetLength(long value) => inner.SetLength(value);

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }
}
