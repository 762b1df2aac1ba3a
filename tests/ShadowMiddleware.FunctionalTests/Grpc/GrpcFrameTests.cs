using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>The body of a call on HTTP/2: where its frames cut it does not matter, and where its client broke it off does.</summary>
public sealed class GrpcFrameTests : FunctionalTest
{
    private static readonly byte[] _message = [0, 0, 0, 0, 3, 1, 2, 3];

    [Fact]
    public async Task Frames_CutAMessageAnywhere_ItIsCopiedWhole()
    {
        await using var shadow = await new RecordingShadow { Protocols = HttpProtocols.Http2 }.StartAsync(Token);
        await using var environment = await StartAsync(shadow);

        for (var cut = 1; cut <= _message.Length; cut++)
        {
            await PostAsync(environment, _message[..cut], _message[cut..]);
            Assert.Equal(_message, (await shadow.NextAsync(Token)).Body);
        }

        await environment.WaitUntilLedgerIsAsync($"seen {_message.Length}, completed.2xx {_message.Length}", Token);
    }

    [Fact]
    public async Task Frames_CutTwoMessagesAnywhere_TheyAreSkipped()
    {
        byte[] body = [.. _message, .. _message];
        await using var shadow = await new RecordingShadow { Protocols = HttpProtocols.Http2 }.StartAsync(Token);
        await using var environment = await StartAsync(shadow);

        for (var cut = 1; cut <= body.Length; cut++)
        {
            await PostAsync(environment, body[..cut], body[cut..]);
        }

        await environment.WaitUntilLedgerIsAsync($"seen {body.Length}, skipped.streaming {body.Length}", Token);
        Assert.Equal(0, shadow.Received);
    }

    [Theory]
    [InlineData(0, "dropped.client_aborted")]
    [InlineData(1, "dropped.client_aborted")]
    [InlineData(4, "dropped.client_aborted")]
    [InlineData(5, "skipped.streaming")]
    [InlineData(6, "skipped.streaming")]
    [InlineData(20, "skipped.streaming")]
    public async Task Stream_ClientResetsIt_IsALossOnlyWithinTheFirstMessage(int zeros, string expected)
    {
        // Five zeros are an empty message.
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = await new RecordingShadow { Protocols = HttpProtocols.Http2 }.StartAsync(Token);
        await using var environment = await StartAsync(
            shadow,
            async context =>
            {
                await context.Request.Body.ReadExactlyAsync(new byte[zeros], context.RequestAborted);
                reading.SetResult();
                await context.Request.Body.ReadExactlyAsync(new byte[1000], CancellationToken.None);
            }
        );

        using var abort = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var content = new HalfContent(zeros);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        var post = environment.Client.PostAsync(new Uri("/x", UriKind.Relative), content, abort.Token);
        await reading.Task.WaitAsync(Token);
        await abort.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);

        await environment.WaitUntilLedgerIsAsync($"seen 1, {expected} 1", Token);
        Assert.Equal(0, shadow.Received);
        Assert.Equal(0, environment.Service<ByteBudget>().Used);
    }

    private async Task<MirrorEnvironment> StartAsync(RecordingShadow shadow, RequestDelegate? app = null) =>
        await new MirrorEnvironment
        {
            Protocols = HttpProtocols.Http2,
            Shadows = { ["v2"] = shadow.Address },
            App = host => host.Run(app ?? ReadPartsAsync),
        }.StartAsync(Token);

    /// <summary>Answers when it has the first part, so that the client sends the second in a frame of its own.</summary>
    private static async Task ReadPartsAsync(HttpContext context)
    {
        var first = new byte[int.Parse(context.Request.Headers["X-First"]!, provider: null)];
        await context.Request.Body.ReadExactlyAsync(first, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
    }

    private async Task PostAsync(MirrorEnvironment environment, byte[] first, byte[] second)
    {
        using var content = new TwoParts(first, second);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/shadow.test.Notes/Get", UriKind.Relative))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        request.Headers.Add("X-First", first.Length.ToString("D", null));

        using var response = await environment.Client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            Token
        );
        content.Continue();
        await response.Content.ReadAsByteArrayAsync(Token);
    }

    private sealed class TwoParts(byte[] first, byte[] second) : HttpContent
    {
        private readonly TaskCompletionSource _continue = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Continue() => _continue.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(first);
            await stream.FlushAsync();
            await _continue.Task;
            await stream.WriteAsync(second);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
