using System.Net;
using System.Net.Sockets;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>A port for a program that cannot choose one itself.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
