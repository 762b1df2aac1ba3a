using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Generation;

namespace ShadowMiddleware.Fuzzer.Shadows;

/// <summary>Misbehaves in a way that the seed and the copy's case decide.</summary>
internal sealed class HostileShadow : RawShadow
{
    private readonly long _seed;

    public HostileShadow(long seed) => _seed = seed;

    protected override async Task ServeAsync(Socket socket, CancellationToken token)
    {
        await using var stream = new NetworkStream(socket);
        var reader = new CopyReader(stream);
        try
        {
            while (await reader.ReadHeadAsync(token) is { } head)
            {
                if (!await AnswerAsync(socket, stream, reader, head, token))
                {
                    return;
                }
            }
        }
        catch (InvalidDataException)
        {
            // Copies are judged elsewhere.
        }
    }

    // Whether the connection goes on.
    private async Task<bool> AnswerAsync(
        Socket socket,
        NetworkStream stream,
        CopyReader reader,
        ReceivedCopy head,
        CancellationToken token
    )
    {
        var number = head.Value(ArrivalRecorder.IdHeader)?.Split('-')[0];
        var draw = new Draw(~_seed, int.TryParse(number, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0);
        switch (draw.Below(16))
        {
            case 0:
                Reset(socket);
                return false;
            case 1:
                // Nothing is said and nothing is read, until the other side must have given up.
                await Task.Delay(TimeSpan.FromSeconds(2), token);
                return false;
            case 2:
                await reader.ReadBodyAsync(head, token);
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Le", token);
                Reset(socket);
                return false;
            case 3:
                await WriteAsync(stream, "\0\x7f garbage\r\n\r\n", token);
                return false;
            case 4:
                await WriteAsync(
                    stream,
                    "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                    token
                );
                return false;
            case 5:
                await reader.ReadBodyAsync(head, token);
                await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort", token);
                return false;
            case 6:
                await reader.ReadBodyAsync(head, token);
                await WriteAsync(
                    stream,
                    $"HTTP/1.1 200 OK\r\nX: {new string('x', 100_000)}\r\nContent-Length: 0\r\n\r\n",
                    token
                );
                return false;
            case 7:
                await WriteEndlesslyAsync(stream, token);
                return false;
            case 8:
                await reader.ReadBodyAsync(head, token);
                return false;
            case 9:
                await WriteAsync(stream, string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 50)), token);
                break;
            case 10:
                await Task.Delay(TimeSpan.FromMilliseconds(draw.Between(20, 400)), token);
                break;
        }

        await reader.ReadBodyAsync(head, token);
        await WriteStatusAsync(
            stream,
            draw.One("200 OK", "500 No", "302 Found\r\nLocation: /again", "999 What", "204 None"),
            head,
            token
        );
        return true;
    }

    private static ValueTask WriteStatusAsync(
        NetworkStream stream,
        string status,
        ReceivedCopy copy,
        CancellationToken token
    )
    {
        var hasBody = copy.Method != "HEAD" && !status.StartsWith("204", StringComparison.Ordinal);
        return stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{(hasBody ? "Content-Length: 2\r\n\r\nno" : "\r\n")}"),
            token
        );
    }

    private static ValueTask WriteAsync(NetworkStream stream, string text, CancellationToken token) =>
        stream.WriteAsync(Encoding.Latin1.GetBytes(text), token);

    private static async Task WriteEndlesslyAsync(NetworkStream stream, CancellationToken token)
    {
        await WriteAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", token);
        while (true)
        {
            await WriteAsync(stream, $"1000\r\n{new string('e', 4096)}\r\n", token);
        }
    }

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }
}
