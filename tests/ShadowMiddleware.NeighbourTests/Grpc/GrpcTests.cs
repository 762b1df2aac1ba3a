using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;
using ShadowMiddleware.NeighbourTests.Yarp;

namespace ShadowMiddleware.NeighbourTests.Grpc;

/// <summary>The gRPC server of .NET behind the mirror, in the same app or behind YARP; and YARP in front of both, or of the shadow.</summary>
public sealed class GrpcTests : NeighbourTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_AreAnsweredTheSame(bool isBehindYarp)
    {
        await using var service = await StartServiceAsync();
        await using var twins = await StartAsync(isBehindYarp ? service : null);

        await AssertAnsweredAndCopiedAsync(twins, await twins.TalkToBothAsync(TalkAsync));
    }

    [Fact]
    public async Task Calls_ThroughYarpInFront_AreAnsweredTheSame()
    {
        await using var twins = await StartAsync(behindYarp: null);
        await using var proxies = await ProxyTwins.StartAsync(Wire.Http2, twins, Token);

        await AssertAnsweredAndCopiedAsync(twins, await proxies.TalkToBothAsync(TalkAsync));
    }

    private async Task AssertAnsweredAndCopiedAsync(AppTwins twins, string heard)
    {
        Assert.Equal(
            """
            Get: got ä [after]
            Fail: FailedPrecondition as asked [after]
            Watch: ä 0, ä 1, ä 2
            Collect: 1 2 3
            Chat: re: a, re: b
            """,
            heard
        );
        var arrivals = twins.Mirrored.Arrivals.Where(call =>
            call.Target.EndsWith("Get", StringComparison.Ordinal)
            || call.Target.EndsWith("Watch", StringComparison.Ordinal)
        );
        var copies = await twins.AssertCopiedAsArrivedAsync([.. arrivals.Select(WithoutTrace)], Token);
        Assert.Equal(
            ((string[])["ä", "ä", "fail"]).Select(Framed),
            copies.Select(copy => copy.Body).OrderBy(Convert.ToHexString, StringComparer.Ordinal)
        );
        await twins.AssertSettledAsync("seen 5, skipped.streaming 2, completed.2xx 3", Token);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unary_IsAnsweredByTheSameBytesAndCopied(bool isBehindYarp)
    {
        await using var service = await StartServiceAsync();
        await using var twins = await StartAsync(isBehindYarp ? service : null);

        foreach (var text in (string[])["ä", "fail", new string('x', 100_000)])
        {
            var request = WireRequest.Post("/shadow.test.Notes/Get", "application/grpc", Framed(text), "TE: trailers");
            var answer = await twins.AskAndCopyAsync(Wire.Http2, request with { IsChunked = true }, Token);
            Assert.Contains("grpc-status", answer.Text, StringComparison.OrdinalIgnoreCase);
        }

        await twins.AssertSettledAsync("seen 3, completed.2xx 3", Token);
    }

    [Fact]
    public async Task Unary_CopiesArriveThroughYarpAtTheShadow()
    {
        await using var proxy = new ProxyBeforeShadow(Wire.Http2);
        await using var twins = await StartAsync(
            behindYarp: null,
            address => proxy.StartAsync(address, Token),
            async context =>
            {
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(Framed("from the shadow"), context.RequestAborted);
                context.Response.AppendTrailer("grpc-status", "0");
            }
        );

        foreach (var text in (string[])["ä", new string('x', 100_000)])
        {
            var request = WireRequest.Post("/shadow.test.Notes/Get", "application/grpc", Framed(text), "TE: trailers");
            var answer = await twins.AskAndCopyAsync(Wire.Http2, request with { IsChunked = true }, Token);
            Assert.Contains($"got {text}", answer.BodyText, StringComparison.Ordinal);
        }

        await twins.AssertSettledAsync("seen 2, completed.2xx 2", Token);
    }

    // A proxy in front writes its trace, and a copy is a trace of its own.
    private static WireRequest WithoutTrace(WireRequest request) =>
        request with
        {
            Fields = Array.FindAll(
                request.Fields,
                field => !field.StartsWith("traceparent:", StringComparison.OrdinalIgnoreCase)
            ),
        };

    private static byte[] Framed(string text)
    {
        var message = new Note { Text = text }.ToByteArray();
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private Task<RunningApp> StartServiceAsync() =>
        RunningApp.StartAsync(builder => builder.Services.AddGrpc(), app => app.MapGrpcService<NotesService>(), Token);

    private Task<AppTwins> StartAsync(
        RunningApp? behindYarp,
        Func<string, Task<string>>? shadowAddress = null,
        RequestDelegate? shadow = null
    ) =>
        new AppTwins
        {
            ShadowAddress = shadowAddress ?? Task.FromResult,
            ShadowHandler = shadow ?? (context => context.Response.WriteAsync("shadow")),
            Settings = { ["HttpVersion"] = shadowAddress is null ? null : "2" },
            Configure = builder =>
            {
                if (behindYarp is null)
                {
                    builder.Services.AddGrpc();
                }
                else
                {
                    Proxy.Add(builder, Wire.Http2, behindYarp.Http2);
                }
            },
            App = app =>
            {
                if (behindYarp is null)
                {
                    app.MapGrpcService<NotesService>();
                }
                else
                {
                    app.MapReverseProxy();
                }
            },
            ShadowProtocols = HttpProtocols.Http2,
        }.StartAsync(Token);

    private async Task<string> TalkAsync(RunningApp app)
    {
        using var channel = GrpcChannel.ForAddress(app.Http2);
        var client = new Notes.NotesClient(channel);
        var heard = new List<string>();

        using var get = client.GetAsync(new Note { Text = "ä" }, cancellationToken: Token);
        heard.Add($"Get: {(await get).Text} {Describe(get.GetTrailers())}");

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.GetAsync(new Note { Text = "fail" }, cancellationToken: Token)
        );
        heard.Add($"Fail: {failure.StatusCode} {failure.Status.Detail} {Describe(failure.Trailers)}");

        using var watch = client.Watch(new Note { Text = "ä" }, cancellationToken: Token);
        heard.Add($"Watch: {await ReadAsync(watch.ResponseStream)}");

        using var collect = client.Collect(cancellationToken: Token);
        foreach (var text in (string[])["1", "2", "3"])
        {
            await collect.RequestStream.WriteAsync(new Note { Text = text }, Token);
        }

        await collect.RequestStream.CompleteAsync();
        heard.Add($"Collect: {(await collect).Text}");

        using var chat = client.Chat(cancellationToken: Token);
        foreach (var text in (string[])["a", "b"])
        {
            await chat.RequestStream.WriteAsync(new Note { Text = text }, Token);
        }

        await chat.RequestStream.CompleteAsync();
        heard.Add($"Chat: {await ReadAsync(chat.ResponseStream)}");
        return string.Join('\n', heard);
    }

    private async Task<string> ReadAsync(IAsyncStreamReader<Note> notes)
    {
        var texts = new List<string>();
        await foreach (var note in notes.ReadAllAsync(Token))
        {
            texts.Add(note.Text);
        }

        return string.Join(", ", texts);
    }

    private static string Describe(Metadata trailers) => $"[{trailers.GetValue("x-trailer")}]";
}
