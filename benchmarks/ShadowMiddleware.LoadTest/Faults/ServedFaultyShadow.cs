using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using ShadowMiddleware.LoadTest.Processes;

namespace ShadowMiddleware.LoadTest.Faults;

/// <summary>A shadow that no server of the platform can play, in a process of its own. Counts the connections that it accepts.</summary>
internal sealed class ServedFaultyShadow
{
    private readonly TcpListener _listener;
    private readonly Func<Stream, Task> _serve;
    private long _accepted;

    private ServedFaultyShadow(TcpListener listener, Func<Stream, Task> serve)
    {
        _listener = listener;
        _serve = serve;
    }

    public static async Task RunAsync(FaultyShadowSettings settings)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var issuer = new TcpListener(IPAddress.Loopback, 0);
        var shadow = new ServedFaultyShadow(listener, Choose(settings.Fault, issuer));
        _ = shadow.AcceptAsync();
        await Control.ServeAsync(
            ((IPEndPoint)listener.LocalEndpoint).Port,
            () => new ServedCounts(ProcessCounts.Read(), new CopyCounts(), Interlocked.Read(ref shadow._accepted)),
            [Environment.ProcessId]
        );
    }

    private static Func<Stream, Task> Choose(ShadowFault fault, TcpListener issuer)
    {
        switch (fault)
        {
            case ShadowFault.UnknownIssuer:
                return new UnknownIssuer(issuer).ServeAsync;
            case ShadowFault.EndlessChunks:
                return ChunkFlood.ServeAsync;
            default:
                return async stream =>
                {
                    using var flood = new FrameFlood(stream, fault);
                    await flood.ServeAsync();
                };
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync();
            Interlocked.Increment(ref _accepted);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await _serve(client.GetStream());
            }
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // The app has had enough of it.
        }
    }
}
