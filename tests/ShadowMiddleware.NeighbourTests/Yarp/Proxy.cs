using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace ShadowMiddleware.NeighbourTests.Yarp;

/// <summary>Configures YARP in an app.</summary>
internal static class Proxy
{
    /// <summary>Forwards everything to the first of these addresses, in the version of HTTP that the client speaks.</summary>
    public static IReverseProxyBuilder Add(WebApplicationBuilder builder, Wire wire, params Uri[] addresses)
    {
        var route = new RouteConfig
        {
            RouteId = "all",
            ClusterId = "backend",
            Match = new RouteMatch { Path = "{**all}" },
        };
        var cluster = new ClusterConfig
        {
            ClusterId = "backend",
            LoadBalancingPolicy = "FirstAlphabetical",
            HttpRequest = new ForwarderRequestConfig
            {
                Version = wire == Wire.Http1 ? HttpVersion.Version11 : HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            },
            Destinations = addresses
                .Index()
                .ToDictionary(
                    address => $"{address.Index}",
                    address => new DestinationConfig { Address = address.Item.ToString() }
                ),
        };
        return builder.Services.AddReverseProxy().LoadFromMemory([route], [cluster]);
    }

    /// <summary>The address at which an app takes a version of HTTP.</summary>
    public static Uri Address(RunningApp app, Wire wire) => wire == Wire.Http1 ? app.Http1 : app.Http2;

    /// <summary>Starts a proxy in front of an address.</summary>
    public static Task<RunningApp> StartAsync(Wire wire, Uri address, CancellationToken token) =>
        RunningApp.StartAsync(builder => Add(builder, wire, address), app => app.MapReverseProxy(), token);
}
