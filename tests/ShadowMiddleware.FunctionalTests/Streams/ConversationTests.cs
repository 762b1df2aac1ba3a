using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Streams;

/// <summary>Clients and apps that go on when the other side has answered: server-sent events, and both directions at once.</summary>
public sealed class ConversationTests : StreamTest
{
    private const int Turns = 20;

    private readonly SemaphoreSlim _next = new(0);

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Events_EachReachesTheClientBeforeTheNext_AndTheCopyIsMadeAtTheFirst(HttpProtocols protocols)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            protocols,
            async context =>
            {
                context.Response.ContentType = "text/event-stream";
                for (var i = 0; i < Turns; i++)
                {
                    await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    await _next.WaitAsync(context.RequestAborted);
                }
            }
        );

        using var response = await SendAsync(environment.Primary, content: null);
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        for (var i = 0; i < Turns; i++)
        {
            Assert.Equal($"data: {i}\n\n", await ReadAsync(body, $"data: {i}\n\n".Length));
            await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
            _next.Release();
        }

        Assert.Equal(0, await body.ReadAsync(new byte[1], Token));
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        Assert.Equal("GET /x HTTP/1.1", (await shadow.NextAsync(Token)).StartLine);
        Assert.Equal(0, shadow.Received);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, "1.1")]
    [InlineData(HttpProtocols.Http2, "2")]
    public async Task Events_OfTheShadow_CompleteTheCopyAtTheirHeaders(HttpProtocols protocols, string version)
    {
        await using var shadow = await new RecordingShadow
        {
            Protocols = protocols,
            Handler = async context =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync("data: 0\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            },
        }.StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:HttpVersion"] = version },
        }.StartAsync(Token);

        for (var i = 1; i <= 3; i++)
        {
            await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
            await environment.WaitUntilLedgerIsAsync($"seen {i}, completed.2xx {i}", Token);
        }
    }

    [Fact]
    public async Task Conversation_OverHttp2_EachTurnIsAnsweredWhileTheRequestGoesOn()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            HttpProtocols.Http2,
            async context =>
            {
                await context.Response.StartAsync(context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                var buffer = new byte[100];
                int read;
                while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
                {
                    await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                }
            }
        );

        using var content = new WrittenContent(
            async (stream, token) =>
            {
                for (var i = 0; i < Turns; i++)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"turn {i};"), token);
                    await stream.FlushAsync(token);
                    await _next.WaitAsync(Token);
                }
            }
        );
        using var response = await SendAsync(environment.Primary, content);
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        var said = "";
        for (var i = 0; i < Turns; i++)
        {
            said += $"turn {i};";
            Assert.Equal($"turn {i};", await ReadAsync(body, $"turn {i};".Length));
            Assert.Equal(0, shadow.Connections);
            _next.Release();
        }

        Assert.Equal(0, await body.ReadAsync(new byte[1], Token));
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        Assert.Equal(said, (await shadow.NextAsync(Token)).BodyText);
    }

    protected override void Dispose(bool disposing)
    {
        _next.Dispose();
        base.Dispose(disposing);
    }

    private async Task<string> ReadAsync(Stream body, int length)
    {
        var text = new byte[length];
        await body.ReadExactlyAsync(text, Token);
        return Encoding.ASCII.GetString(text);
    }
}
