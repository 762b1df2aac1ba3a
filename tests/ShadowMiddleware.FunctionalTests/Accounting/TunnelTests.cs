using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Accounting;

/// <summary>Connections and streams that become something else than HTTP: what flows through them is what flows without the mirror.</summary>
public sealed class TunnelTests : FunctionalTest
{
    private const int Bytes = 300_000;

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task WebSocket_MessagesBothWays_FlowTheSame(HttpProtocols protocols)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, protocols, EchoMessagesAsync);

        var expected = await TalkAsync(environment.Twin, protocols);
        var actual = await TalkAsync(environment.Primary, protocols);

        Assert.Equal(expected, actual);
        Assert.Equal("NormalClosure bye", actual[^1]);
        await AssertSkippedAsync(environment, shadow);
    }

    [Fact]
    public async Task Upgrade_BytesBothWays_FlowTheSame()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, HttpProtocols.Http1, UpgradeAsync);

        var expected = await UpgradeAsync(environment.Twin);
        var actual = await UpgradeAsync(environment.Primary);

        Assert.StartsWith("HTTP/1.1 101 ", actual.Head, StringComparison.Ordinal);
        Assert.Equal(expected, actual);
        await AssertSkippedAsync(environment, shadow);
    }

    [Fact]
    public async Task ExtendedConnect_BytesBothWays_FlowTheSame()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, HttpProtocols.Http2, AcceptAsync);

        var expected = await ConnectAsync(environment.Twin);
        var actual = await ConnectAsync(environment.Primary);

        Assert.Equal(expected, actual);
        await AssertSkippedAsync(environment, shadow);
    }

    private async Task<MirrorEnvironment> StartAsync(RawShadow shadow, HttpProtocols protocols, RequestDelegate app) =>
        await new MirrorEnvironment
        {
            Protocols = protocols,
            WithTwin = true,
            Shadows = { ["v2"] = shadow.Address },
            App = host =>
            {
                host.UseWebSockets();
                host.Run(app);
            },
        }.StartAsync(Token);

    private async Task AssertSkippedAsync(MirrorEnvironment environment, RawShadow shadow)
    {
        await environment.WaitUntilLedgerIsAsync("seen 1, skipped.upgrade 1", Token);
        Assert.Equal(0, shadow.Connections);
        environment.Logs.AssertNothingAtErrorOrAbove();
    }

    private static async Task EchoMessagesAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1000];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(
                    socket.CloseStatus!.Value,
                    socket.CloseStatusDescription,
                    context.RequestAborted
                );
                return;
            }

            await socket.SendAsync(
                buffer.AsMemory(0, received.Count),
                received.MessageType,
                received.EndOfMessage,
                context.RequestAborted
            );
        }
    }

    private static async Task UpgradeAsync(HttpContext context)
    {
        await using var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        await EchoAsync(stream, context.RequestAborted);
    }

    private static async Task AcceptAsync(HttpContext context)
    {
        await using var stream = await context.Features.GetRequiredFeature<IHttpExtendedConnectFeature>().AcceptAsync();
        await EchoAsync(stream, context.RequestAborted);
    }

    private static async Task EchoAsync(Stream stream, CancellationToken token)
    {
        var buffer = new byte[1000];
        int read;
        while ((read = await stream.ReadAsync(buffer, token)) > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, read), token);
            await stream.FlushAsync(token);
        }
    }

    /// <summary>Sends messages of many sizes, each when the one before it came back, and says what came.</summary>
    private async Task<List<string>> TalkAsync(PrimaryHost host, HttpProtocols protocols)
    {
        using var client = new ClientWebSocket();
        client.Options.HttpVersion = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{host.Address.Port}/x"), invoker, Token);

        var seen = new List<string>();
        foreach (var size in (int[])[0, 1, 125, 126, 999, 1000, 1001, 65_535, 65_536, 100_000])
        {
            var type = size % 2 == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
            var message = Pattern(size);
            await client.SendAsync(message, type, endOfMessage: true, Token);
            var (echo, echoType) = await ReceiveAsync(client);
            Assert.Equal(message, echo);
            Assert.Equal(type, echoType);
            seen.Add($"{echoType} {size}");
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Token);
        seen.Add($"{client.CloseStatus} {client.CloseStatusDescription}");
        return seen;
    }

    private async Task<(byte[] Message, WebSocketMessageType Type)> ReceiveAsync(ClientWebSocket client)
    {
        using var message = new MemoryStream();
        var buffer = new byte[5000];
        while (true)
        {
            var received = await client.ReceiveAsync(buffer.AsMemory(), Token);
            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return (message.ToArray(), received.MessageType);
            }
        }
    }

    private async Task<(string Head, string Echo)> UpgradeAsync(PrimaryHost host)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Address.Port, Token);
        var stream = client.GetStream();
        await stream.WriteAsync(RawRequest.Get("/x", "Connection: Upgrade", "Upgrade: example/1"), Token);

        var head = new StringBuilder();
        var next = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(next, Token);
            head.Append((char)next[0]);
        }

        var fields = head.ToString()
            .Split("\r\n")
            .Where(line => !line.StartsWith("Date:", StringComparison.OrdinalIgnoreCase));
        return (string.Join('\n', fields), await FlowAsync(stream));
    }

    private async Task<string> ConnectAsync(PrimaryHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Connect, new Uri("/x", UriKind.Relative))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Protocol = "example";
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var stream = await response.Content.ReadAsStreamAsync(Token);
        return await FlowAsync(stream);
    }

    /// <summary>Sends and receives at the same time, and says what came back.</summary>
    private async Task<string> FlowAsync(Stream stream)
    {
        var bytes = Pattern(Bytes);
        var sending = SendAsync();
        var echo = new byte[Bytes];
        await stream.ReadExactlyAsync(echo, Token);
        await sending;
        Assert.Equal(bytes, echo);
        return Convert.ToHexString(SHA256.HashData(echo));

        async Task SendAsync()
        {
            foreach (var part in bytes.Chunk(7777))
            {
                await stream.WriteAsync(part, Token);
                await stream.FlushAsync(Token);
            }
        }
    }

    // Letters, because messages of text have to be text.
    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)('a' + (i % 23)))];
}
