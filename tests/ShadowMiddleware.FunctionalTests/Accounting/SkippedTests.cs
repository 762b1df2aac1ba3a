using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Accounting;

public sealed class SkippedTests : FunctionalTest
{
    [Theory]
    [InlineData("Enabled", "false", "disabled")]
    [InlineData("Shadows:v2:Percent", "0", "not_sampled")]
    public async Task Request_NotSelected_IsSkipped(string key, string value, string reason)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { [key] = value },
        }.StartAsync(Token);

        var response = await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], [1, 2, 3]), Token);

        Assert.Equal("read 3", response.BodyText);
        await environment.WaitUntilLedgerIsAsync($"seen 1, skipped.{reason} 1", Token);
        Assert.Equal(0, shadow.Connections);
    }

    [Theory]
    [InlineData("X-Shadow-Request: v2;id=\"0123456789abcdef0123456789abcdef\"")]
    [InlineData("x-shadow-request: anything at all")]
    [InlineData("X-Shadow-Request:")]
    public async Task Request_WithTheTag_IsSkippedAsLoop(string tag)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x", tag), Token);

        await environment.WaitUntilLedgerIsAsync("seen 1, skipped.loop 1", Token);
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Request_TwoPrimariesMirrorToEachOther_DoNotLoop()
    {
        await using var second = await new MirrorEnvironment { Shadows = { ["v2"] = "http://127.0.0.1:9" } }.StartAsync(
            Token
        );
        await using var first = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = $"{second.Primary.Address}" },
        }.StartAsync(Token);
        second.Reload(("Shadows:v2:Address", $"{first.Primary.Address}"));

        await first.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);

        await first.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        await second.WaitUntilLedgerIsAsync("seen 1, skipped.loop 1", Token);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Request_WebSocket_WorksAndIsSkippedAsUpgrade(HttpProtocols protocols)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Protocols = protocols,
            Shadows = { ["v2"] = shadow.Address },
            App = app =>
            {
                app.UseWebSockets();
                app.Run(async context =>
                {
                    using var socket = await context.WebSockets.AcceptWebSocketAsync();
                    var buffer = new byte[100];
                    var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
                    await socket.SendAsync(
                        buffer.AsMemory(0, received.Count),
                        WebSocketMessageType.Text,
                        true,
                        context.RequestAborted
                    );
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                });
            },
        }.StartAsync(Token);

        using var client = new ClientWebSocket();
        client.Options.HttpVersion = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{environment.Primary.Address.Port}/x"), invoker, Token);
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Token);
        var answer = new byte[100];
        var length = (await client.ReceiveAsync(answer, Token)).Count;

        Assert.Equal("hello"u8, answer.AsSpan(0, length));
        await environment.WaitUntilLedgerIsAsync("seen 1, skipped.upgrade 1", Token);
        Assert.Equal(0, shadow.Connections);
    }

    [Theory]
    [InlineData("example/1")]
    [InlineData("h2c, example/1")]
    public async Task Request_OtherUpgrade_IsSkippedAsUpgrade(string protocols)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        var request = RawRequest.Get("/x", "Connection: Upgrade", $"Upgrade: {protocols}");
        await environment.Primary.ExchangeAsync(request, Token);

        await environment.WaitUntilLedgerIsAsync("seen 1, skipped.upgrade 1", Token);
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Request_Connect_IsSkippedAsUpgrade()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            WithTwin = true,
            Shadows = { ["v2"] = shadow.Address },
            App = app => app.Run(SampleApp.IgnoreAsync),
        }.StartAsync(Token);
        var request = RawRequest.Head("CONNECT", "elsewhere.example:443", "Host: elsewhere.example:443");

        var expected = await environment.Twin.ExchangeAsync(request, Token);
        var actual = await environment.Primary.ExchangeAsync(request, Token);

        Assert.Equal(expected.ComparableText(), actual.ComparableText());
        await environment.WaitUntilLedgerIsAsync("seen 1, skipped.upgrade 1", Token);
        Assert.Equal(0, shadow.Connections);
    }
}
