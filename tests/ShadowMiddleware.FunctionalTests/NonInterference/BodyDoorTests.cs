using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.NonInterference;

/// <summary>
/// Law 1 for apps that read the body by pipe and by stream, look without taking, or leave it to others. Each answers with what it has
/// read, so that the bytes that the client gets tell whether the mirror has changed it.
/// </summary>
public sealed class BodyDoorTests : FunctionalTest
{
    private static readonly Dictionary<string, RequestDelegate> _apps = new(StringComparer.Ordinal)
    {
        ["looks by pipe, reads by stream"] = async context =>
        {
            var look = await context.Request.BodyReader.ReadAsync();
            context.Request.BodyReader.AdvanceTo(look.Buffer.Start);
            await WriteAsync(context, await new StreamReader(context.Request.Body).ReadToEndAsync());
        },
        ["takes six bytes by pipe, reads the rest by stream"] = async context =>
        {
            var six = await context.Request.BodyReader.ReadAtLeastAsync(6);
            context.Request.BodyReader.AdvanceTo(six.Buffer.GetPosition(6));
            await WriteAsync(context, await new StreamReader(context.Request.Body).ReadToEndAsync());
        },
        ["takes six bytes by stream, reads the rest by pipe"] = async context =>
        {
            await context.Request.Body.ReadExactlyAsync(new byte[6]);
            await WriteAsync(context, await ReadAsync(context.Request.BodyReader));
        },
        ["reads by pipe without waiting"] = async context =>
        {
            // The body is there with its head: this server reads both at once.
            var there = context.Request.BodyReader.TryRead(out var result);
            var text = there ? Encoding.UTF8.GetString(result.Buffer) : "nothing";
            if (there)
            {
                context.Request.BodyReader.AdvanceTo(result.Buffer.End);
            }

            await WriteAsync(context, text);
        },
        ["completes the reader with an exception"] = async context =>
        {
            await context.Request.BodyReader.CompleteAsync(new InvalidOperationException("enough"));
            await WriteAsync(context, "done");
        },
        ["completes the reader"] = async context =>
        {
            await context.Request.BodyReader.CompleteAsync();
            await WriteAsync(context, "done");
        },
        ["leaves a read open"] = async context =>
        {
            await context.Request.BodyReader.ReadAsync();
            await WriteAsync(context, "done");
        },
        ["copies the pipe"] = async context =>
        {
            var copy = new MemoryStream();
            await context.Request.BodyReader.CopyToAsync(copy);
            await WriteAsync(context, Encoding.UTF8.GetString(copy.ToArray()));
        },
        ["reads the pipe as a stream"] = async context =>
            await WriteAsync(
                context,
                await new StreamReader(context.Request.BodyReader.AsStream(leaveOpen: true)).ReadToEndAsync()
            ),
        ["puts a stream of its own over the body and reads by pipe"] = async context =>
        {
            context.Request.EnableBuffering();
            var first = await ReadAsync(context.Request.BodyReader);
            context.Request.Body.Position = 0;
            await WriteAsync(context, first + await new StreamReader(context.Request.Body).ReadToEndAsync());
        },
        ["disposes the body unread"] = async context =>
        {
            await context.Request.Body.DisposeAsync();
            await WriteAsync(context, await new StreamReader(context.Request.Body).ReadToEndAsync());
        },
        ["reads synchronously, is refused, reads asynchronously"] = async context =>
        {
            string refusal;
            try
            {
                refusal = $"read {context.Request.Body.Read(new byte[5])}";
            }
            catch (InvalidOperationException exception)
            {
                refusal = exception.Message;
            }

            await WriteAsync(context, refusal + await new StreamReader(context.Request.Body).ReadToEndAsync());
        },
        ["does not read"] = context => WriteAsync(context, "done"),
        ["leaves it to a callback"] = context =>
        {
            context.Response.OnStarting(async () =>
                context.Response.Headers["X-Body"] = await new StreamReader(context.Request.Body).ReadToEndAsync()
            );
            return WriteAsync(context, "done");
        },
    };

    public static MatrixTheoryData<string, bool> Cases { get; } = new([.. _apps.Keys], [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Request_ReadThroughAnyDoors_IsAnsweredTheSame(string app, bool isChunked)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, host => host.Run(_apps[app]));

        await AssertSameAsync(environment, Request(isChunked));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_ReadByMiddlewareInFront_IsStillThere(bool isChunked)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            app => app.Run(_ => Task.CompletedTask),
            app =>
                app.Use(
                    async (context, next) =>
                    {
                        await next(context);
                        await WriteAsync(context, await new StreamReader(context.Request.Body).ReadToEndAsync());
                    }
                )
        );

        var answer = await AssertSameAsync(environment, Request(isChunked));

        Assert.Contains("hello, world", answer, StringComparison.Ordinal);
        await environment.WaitUntilLedgerIsAsync("seen 2, completed.2xx 2", Token);
        Assert.Equal("hello, world", (await shadow.NextAsync(Token)).BodyText);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_ReadByAnExceptionHandlerInFront_IsStillThere(bool isChunked)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            app => app.Run(_ => throw new InvalidOperationException("no")),
            app =>
                app.UseExceptionHandler(handler =>
                    handler.Run(async context =>
                    {
                        var error = context.Features.GetRequiredFeature<IExceptionHandlerFeature>().Error.Message;
                        await WriteAsync(
                            context,
                            error + await new StreamReader(context.Request.Body).ReadToEndAsync()
                        );
                    })
                )
        );

        var answer = await AssertSameAsync(environment, Request(isChunked));

        Assert.Contains("nohello, world", answer, StringComparison.Ordinal);
        await environment.WaitUntilLedgerIsAsync("seen 2, completed.2xx 2", Token);
    }

    [Fact]
    public async Task Body_ThatTheServerWasNotAskedFor_IsNotAskedForByUs()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            app =>
                app.Run(context =>
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return Task.CompletedTask;
                })
        );

        var answer = await AssertSameAsync(
            environment,
            RawRequest.Head("POST", "/x", "Transfer-Encoding: chunked", "Expect: 100-continue")
        );

        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.body_incomplete 1", Token);
    }

    [Theory]
    [InlineData(1024 * 1024, 1024 * 1024, 1_100_000)]
    [InlineData(1000, 500, 2000)]
    [InlineData(2_000_000, 1000, 2_100_000)]
    public async Task ChunkedBody_OverTheServersLimitAndUnread_ChangesNoHeader(int limit, int maxBodyBytes, int length)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            WithTwin = true,
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:MaxBodyBytes"] = $"{maxBodyBytes}" },
            ConfigureKestrel = kestrel => kestrel.Limits.MaxRequestBodySize = limit,
            App = host => host.Run(_ => Task.CompletedTask),
        }.StartAsync(Token);

        await AssertSameAsync(environment, RawRequest.Chunked("POST", "/x", [], new byte[length], chunkSize: 100_000));
    }

    private static byte[] Request(bool isChunked)
    {
        var body = "hello, world"u8.ToArray();
        return isChunked
            ? RawRequest.Chunked("POST", "/x", [], body, chunkSize: 5)
            : RawRequest.Build("POST", "/x", [], body);
    }

    private static Task WriteAsync(HttpContext context, string text) => context.Response.WriteAsync(text);

    private static async Task<string> ReadAsync(PipeReader reader)
    {
        while (true)
        {
            var result = await reader.ReadAsync();
            if (result.IsCompleted)
            {
                var text = Encoding.UTF8.GetString(result.Buffer);
                reader.AdvanceTo(result.Buffer.End);
                return text;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private async Task<MirrorEnvironment> StartAsync(
        RawShadow shadow,
        Action<WebApplication> app,
        Action<WebApplication>? beforeMirror = null
    ) =>
        await new MirrorEnvironment
        {
            WithTwin = true,
            Shadows = { ["v2"] = shadow.Address },
            BeforeMirror = beforeMirror,
            App = app,
        }.StartAsync(Token);

    // The request is followed by another on the same connection: what it leaves of its body must not become the head of the next.
    private async Task<string> AssertSameAsync(MirrorEnvironment environment, byte[] request)
    {
        var expected = await ExchangeTwiceAsync(environment.Twin, request);
        var actual = await ExchangeTwiceAsync(environment.Primary, request);

        Assert.Equal(expected, actual);
        await environment.WaitUntilSettledAsync(Token);
        return actual[0];
    }

    private async Task<string[]> ExchangeTwiceAsync(PrimaryHost host, byte[] request)
    {
        using var connection = await host.ConnectAsync(Token);
        return [await ExchangeAsync(connection, request), await ExchangeAsync(connection, request)];
    }

    private async Task<string> ExchangeAsync(RawConnection connection, byte[] request)
    {
        try
        {
            return (await connection.ExchangeAsync(request, Token)).ComparableText();
        }
        catch (IOException)
        {
            return "the connection ended";
        }
    }
}
