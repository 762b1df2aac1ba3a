using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;

namespace ShadowMiddleware.Selection;

/// <summary>What the endpoint of a request says about its copies. Looked up once for all shadows.</summary>
internal readonly struct EndpointChoice
{
    private readonly bool _isDisabled;
    private readonly IReadOnlyList<TrafficMirroringAttribute>? _shares;

    private EndpointChoice(EndpointMetadataCollection metadata)
    {
        _isDisabled = metadata.GetMetadata<DisableTrafficMirroringAttribute>() is not null;
        _shares = metadata.GetOrderedMetadata<TrafficMirroringAttribute>();
        IsRead = metadata.GetMetadata<MirrorAsReadAttribute>() is not null;
        IsHub = IsOfHub(metadata);
    }

    /// <summary>Whether a request counts as a read, whatever its method.</summary>
    public bool IsRead { get; }

    /// <summary>Whether a request belongs to a connection of SignalR or Blazor, which one process holds.</summary>
    public bool IsHub { get; }

    /// <returns>A choice that says nothing when there is no endpoint, or none with metadata of ours.</returns>
    public static EndpointChoice Of(HttpContext context)
    {
        // By key: see MirroredRequestMarker. The collection keeps what it has found by type.
        var metadata = (context.Features[typeof(IEndpointFeature)] as IEndpointFeature)?.Endpoint?.Metadata;
        return metadata is null ? default : new EndpointChoice(metadata);
    }

    /// <summary>Whether an endpoint with this metadata belongs to a connection of SignalR or Blazor.</summary>
    public static bool IsOfHub(EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<HubMetadata>() is not null || metadata.GetMetadata<NegotiateMetadata>() is not null;

    /// <summary>The share for a shadow; <see langword="null"/> when the endpoint leaves it to the configuration.</summary>
    public double? PercentFor(string shadow)
    {
        if (_isDisabled)
        {
            return 0;
        }

        // The last is the most specific.
        double? percent = null;
        for (var i = (_shares?.Count ?? 0) - 1; i >= 0; i--)
        {
            var share = _shares![i];
            if (share.Shadow == shadow)
            {
                return share.Percent;
            }

            if (share.Shadow is null)
            {
                percent ??= share.Percent;
            }
        }

        return percent;
    }
}
