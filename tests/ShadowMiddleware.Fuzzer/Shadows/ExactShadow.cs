using System.Collections.Concurrent;
using System.Net.Sockets;

namespace ShadowMiddleware.Fuzzer.Shadows;

/// <summary>Answers every copy, and keeps each as it stood on the wire.</summary>
internal sealed class ExactShadow : RawShadow
{
    private readonly ConcurrentQueue<ReceivedCopy> _copies = [];
    private readonly ConcurrentQueue<string> _faults = [];

    /// <summary>The copies since the last call.</summary>
    public IReadOnlyList<ReceivedCopy> TakeCopies()
    {
        var taken = new List<ReceivedCopy>();
        while (_copies.TryDequeue(out var copy))
        {
            taken.Add(copy);
        }

        return taken;
    }

    /// <summary>Why what was sent is not HTTP.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    protected override async Task ServeAsync(Socket socket, CancellationToken token)
    {
        await using var stream = new NetworkStream(socket);
        var reader = new CopyReader(stream);
        try
        {
            while (await reader.ReadHeadAsync(token) is { } head)
            {
                if (head is { Method: "PRI", Version: "HTTP/2.0" })
                {
                    // A gRPC call is copied over HTTP/2, which is not spoken here.
                    return;
                }

                _copies.Enqueue(await reader.ReadBodyAsync(head, token));
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"u8.ToArray(), token);

                // A response to HEAD has no body, and one that came all the same would be taken for the next response.
                if (head.Method != "HEAD")
                {
                    await stream.WriteAsync("ok"u8.ToArray(), token);
                }
            }
        }
        catch (Exception exception)
            when (exception is InvalidDataException or FormatException or OverflowException or ArgumentException)
        {
            _faults.Enqueue(exception.Message);
        }
    }
}
