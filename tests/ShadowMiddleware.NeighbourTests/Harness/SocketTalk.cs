using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>Both ends of a conversation over a WebSocket.</summary>
internal static class SocketTalk
{
    private static readonly string[] Said = ["hello", "", new('x', 10_000), "bye"];

    /// <summary>Sends back what comes, until the client closes.</summary>
    public static async Task EchoAsync(WebSocket socket, CancellationToken token)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "gone", token);
                return;
            }

            await socket.SendAsync(
                buffer.AsMemory(0, received.Count),
                received.MessageType,
                received.EndOfMessage,
                token
            );
        }
    }

    /// <summary>Says a few things, and gives what came back.</summary>
    public static async Task<string> TalkAsync(Wire wire, RunningApp app, string path, CancellationToken token)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        var address = wire == Wire.Http1 ? app.Http1 : app.Http2;
        socket.Options.HttpVersion = wire == Wire.Http1 ? HttpVersion.Version11 : HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new Uri($"ws://{address.Authority}{path}"), invoker, token);

        var heard = new StringBuilder();
        var buffer = new byte[64 * 1024];
        foreach (var text in Said)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, token);
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(), token);
                heard.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
            } while (!received.EndOfMessage);

            heard.Append('\n');
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, token);
        return heard.Append(socket.CloseStatusDescription).ToString();
    }
}
