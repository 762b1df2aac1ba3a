using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>A Kestrel on a free port of the loopback interface, without logging, configuration files or anything else.</summary>
internal static class LoopbackServer
{
    public static WebApplication Build(Action<IServiceCollection>? services)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        services?.Invoke(builder.Services);
        return builder.Build();
    }

    public static Socket Connect(WebApplication server)
    {
        var address = new Uri(server.Urls.Single());
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, address.Port);
        return socket;
    }
}
