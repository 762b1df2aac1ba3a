using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ShadowMiddleware.Fuzzer.Shadows;

/// <summary>A shadow without an HTTP stack of its own. What it does with a connection is up to who derives from it.</summary>
internal abstract class RawShadow : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = [];
    private readonly Task _accepting;

    protected RawShadow()
    {
        _listener.Start(backlog: 512);
        _accepting = AcceptAsync();
    }

    public string Address => $"http://{Authority}";

    public string Authority => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _stop.Dispose();
    }

    protected abstract Task ServeAsync(Socket socket, CancellationToken token);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var serving = ServeQuietlyAsync(await _listener.AcceptSocketAsync(_stop.Token));
                _connections.TryAdd(serving, true);
                _ = serving.ContinueWith(ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the run.
        }
    }

    private async Task ServeQuietlyAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                socket.NoDelay = true;
                await ServeAsync(socket, _stop.Token);
            }
            catch (Exception exception)
                when (exception
                        is OperationCanceledException
                            or IOException
                            or SocketException
                            or ObjectDisposedException
                )
            {
                // The other side went away, or the run is over.
            }
        }
    }
}
