using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ShadowMiddleware.Tests.Sending;

/// <summary>A shadow on loopback that misbehaves byte by byte, one connection after the other.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;

    public RawPeer(Func<Socket, CancellationToken, Task> serve)
    {
        _listener.Start();
        _serving = ServeAsync(serve);
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>Reads the request's head, answers with these bytes and closes.</summary>
    public static RawPeer Answering(string bytes) =>
        new(
            async (socket, cancellationToken) =>
            {
                await socket.ReceiveAsync(new byte[16 * 1024], cancellationToken);
                await socket.SendAsync(Encoding.Latin1.GetBytes(bytes), cancellationToken);
            }
        );

    /// <summary>Reads the request's head and resets the connection.</summary>
    public static RawPeer Resetting() =>
        new(
            async (socket, cancellationToken) =>
            {
                await socket.ReceiveAsync(new byte[16 * 1024], cancellationToken);
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        );

    /// <summary>Speaks HTTP/2 as far as the request's headers, answers with a frame and waits.</summary>
    public static RawPeer Http2(byte[] frame) =>
        new(
            async (socket, cancellationToken) =>
            {
                const byte headersFrame = 1;
                await ReadAsync(socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length, cancellationToken);
                await socket.SendAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0 }, cancellationToken);
                while (await ReadFrameTypeAsync(socket, cancellationToken) != headersFrame) { }

                await socket.SendAsync(frame, cancellationToken);
                await socket.ReceiveAsync(new byte[16 * 1024], cancellationToken);
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }
        );

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _serving.WaitAsync(CancellationToken.None).ContinueWith(_ => { }, TaskScheduler.Default);
        _stopping.Dispose();
    }

    private static async Task<byte> ReadFrameTypeAsync(Socket socket, CancellationToken cancellationToken)
    {
        var header = await ReadAsync(socket, 9, cancellationToken);
        await ReadAsync(socket, (header[0] << 16) | (header[1] << 8) | header[2], cancellationToken);
        return header[3];
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count; )
        {
            var received = await socket.ReceiveAsync(bytes.AsMemory(read), cancellationToken);
            read += received > 0 ? received : throw new EndOfStreamException();
        }

        return bytes;
    }

    private async Task ServeAsync(Func<Socket, CancellationToken, Task> serve)
    {
        // The client tries again, a few times, where a connection closed before anything was answered.
        while (true)
        {
            using var socket = await _listener.AcceptSocketAsync(_stopping.Token);
            await serve(socket, _stopping.Token);
        }
    }
}
