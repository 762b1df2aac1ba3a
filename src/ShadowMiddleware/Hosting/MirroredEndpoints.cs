using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Selection;

namespace ShadowMiddleware.Hosting;

/// <summary>What the app's endpoints say about copies, as far as they are known to routing.</summary>
internal sealed class MirroredEndpoints
{
    private readonly IServiceProvider _services;

    /// <param name="services">The app's. An app without routing has no source of endpoints.</param>
    public MirroredEndpoints(IServiceProvider services) => _services = services;

    /// <summary>The shadows that endpoints name.</summary>
    public IEnumerable<string> Named =>
        All()
            .SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<TrafficMirroringAttribute>())
            .Select(share => share.Shadow)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal);

    /// <summary>Whether any endpoint has metadata of ours, or belongs to a hub.</summary>
    public bool Speak() =>
        All()
            .Any(endpoint =>
                endpoint.Metadata.GetMetadata<DisableTrafficMirroringAttribute>() is not null
                || endpoint.Metadata.GetMetadata<TrafficMirroringAttribute>() is not null
                || endpoint.Metadata.GetMetadata<MirrorAsReadAttribute>() is not null
                || EndpointChoice.IsOfHub(endpoint.Metadata)
            );

    /// <summary>Whether any endpoint lets requests through to a shadow, past its rules.</summary>
    public bool LetThrough(string shadow) =>
        All()
            .Any(endpoint =>
                endpoint
                    .Metadata.GetOrderedMetadata<TrafficMirroringAttribute>()
                    .Any(share => share.Percent > 0 && (share.Shadow is null || share.Shadow == shadow))
            );

    // Endpoints that cannot be made are for routing to report, with the first request.
    private IReadOnlyList<Endpoint> All()
    {
        try
        {
            return _services.GetService<EndpointDataSource>()?.Endpoints ?? [];
        }
        catch (Exception)
        {
            return [];
        }
    }
}
