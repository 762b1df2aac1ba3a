using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Selection;

/// <summary>What the endpoint of a request says about its copies. Looked up once for all shadows.</summary>
internal readonly struct EndpointChoice
{
    private readonly bool _isDisabled;
    private readonly IReadOnlyList<TrafficMirroringAttribute>? _shares;

    private EndpointChoice(bool isDisabled, IReadOnlyList<TrafficMirroringAttribute> shares)
    {
        _isDisabled = isDisabled;
        _shares = shares;
    }

    /// <returns>A choice that says nothing when there is no endpoint, or none with metadata of ours.</returns>
    public static EndpointChoice Of(HttpContext context)
    {
        // By key: see MirroredRequestMarker. The collection keeps what it has found by type.
        var metadata = (context.Features[typeof(IEndpointFeature)] as IEndpointFeature)?.Endpoint?.Metadata;
        return metadata is null
            ? default
            : new EndpointChoice(
                metadata.GetMetadata<DisableTrafficMirroringAttribute>() is not null,
                metadata.GetOrderedMetadata<TrafficMirroringAttribute>()
            );
    }

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
