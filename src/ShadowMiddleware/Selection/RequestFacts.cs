using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Selection;

/// <summary>What is the same for all shadows of a request. Looked up once.</summary>
/// <param name="Skip">Why no shadow receives it; <see langword="null"/> when one may.</param>
/// <param name="IsWrite">Whether its method may change something.</param>
/// <param name="Endpoint">What its endpoint says.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RequestFacts(SkipReason? Skip, bool IsWrite, EndpointChoice Endpoint)
{
    /// <param name="context">The request. Not kept.</param>
    /// <param name="configuration">The configuration that decides.</param>
    public static RequestFacts Of(HttpContext context, MirroringConfiguration configuration)
    {
        if (!configuration.Enabled)
        {
            return new(SkipReason.Disabled, IsWrite: false, Endpoint: default);
        }

        var endpoint = EndpointMetadataUse.Exists ? EndpointChoice.Of(context) : default;
        return new(
            RequestGuards.Examine(context, configuration.TagHeader, endpoint.IsHub),
            RequestGuards.IsWrite(context.Request.Method),
            endpoint
        );
    }
}
