using System.Net;
using System.Net.Sockets;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

/// <summary>All that a server sent on a connection until it closed it, whether that is a whole response or not.</summary>
/// <param name="Text">Every byte as one character, but for the date.</param>
/// <param name="Body">The content, without framing; <see langword="null"/> when the response was broken off.</param>
internal sealed record WireResponse(string Text, byte[]? Body)
{
    /// <summary>Sends a request that asks the server to close the connection, and reads to its end.</summary>
    public static async Task<WireResponse> ReadAsync(
        PrimaryHost host,
        string method,
        string target,
        CancellationToken token,
        params string[] fields
    )
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, host.Address.Port), token);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(RawRequest.Build(method, target, ["Connection: close", .. fields], body: null), token);

        using var bytes = new MemoryStream();
        await CopyToTheEndAsync(stream, bytes, token);
        return await ParseAsync(bytes.ToArray(), method, token);
    }

    private static async Task CopyToTheEndAsync(Stream stream, MemoryStream bytes, CancellationToken token)
    {
        try
        {
            await stream.CopyToAsync(bytes, token);
        }
        catch (IOException)
        {
            // A reset ends a response as well.
        }
    }

    private static async Task<WireResponse> ParseAsync(byte[] bytes, string method, CancellationToken token)
    {
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        var text = end < 4 ? "" : RawMessage.ParseHead(bytes[..end]).WithBody(bytes[end..], []).ComparableText();

        try
        {
            using var copy = new MemoryStream(bytes);
            var message = await new RawMessageReader(copy).ReadResponseAsync(method == "HEAD", token);
            return new WireResponse(text, message.Body);
        }
        catch (IOException)
        {
            return new WireResponse(text, Body: null);
        }
    }
}
