using System.Net;
using System.Net.Sockets;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>
/// Stands between a client and a server, and can cut the connections that are open as a firewall does that forgets them: they stay open, and
/// carry nothing any more. New ones work.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private CancellationTokenSource _cut = new();

    private Relay(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The address at which the server is reached through this.</summary>
    public string Address => $"{_server.Scheme}://{_listener.LocalEndpoint}";

    public int Connections { get; private set; }

    public static Relay To(string server) => new(new Uri(server));

    /// <summary>Cuts the connections that are open.</summary>
    public Task CutAsync() => Interlocked.Exchange(ref _cut, new CancellationTokenSource()).CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var relaying = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stopped.Token);
                Connections++;
                relaying.Add(RelayAsync(client, Volatile.Read(ref _cut).Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(relaying);
        }
    }

    private async Task RelayAsync(Socket client, CancellationToken cut)
    {
        using (client)
        using (var server = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, _stopped.Token);
                await Task.WhenAll(CopyAsync(client, server, cut), CopyAsync(server, client, cut));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // Over.
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to, CancellationToken cut)
    {
        var buffer = new byte[16 * 1024];
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cut, _stopped.Token);
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, ended.Token)) > 0)
            {
                await to.SendAsync(buffer.AsMemory(0, count), ended.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (OperationCanceledException) when (!_stopped.IsCancellationRequested)
        {
            // Cut. Both sides stay open, and nobody learns of it.
            await Task.Delay(Timeout.Infinite, _stopped.Token);
        }
    }
}
