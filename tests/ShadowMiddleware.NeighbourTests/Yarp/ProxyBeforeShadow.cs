using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Yarp;

/// <summary>A proxy that stands between the mirror and the shadow, and says nothing of itself: copies arrive as they were sent.</summary>
internal sealed class ProxyBeforeShadow(Wire wire) : IAsyncDisposable
{
    private RunningApp? _proxy;

    /// <summary>Starts it.</summary>
    /// <param name="shadow">The address of the shadow.</param>
    /// <param name="token">Ends the start.</param>
    /// <returns>The address for copies.</returns>
    public async Task<string> StartAsync(string shadow, CancellationToken token)
    {
        _proxy = await RunningApp.StartAsync(
            builder =>
                Proxy
                    .Add(builder, wire, new Uri(shadow))
                    // What a proxy says of where a request came from is no field of the copy.
                    .AddTransforms(transforms => transforms.UseDefaultForwarders = false)
                    .ConfigureHttpClient((_, handler) => handler.ActivityHeadersPropagator = null),
            app => app.MapReverseProxy(),
            token
        );
        return Proxy.Address(_proxy, wire).ToString();
    }

    public ValueTask DisposeAsync() => _proxy?.DisposeAsync() ?? ValueTask.CompletedTask;
}
