using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;

namespace ShadowMiddleware.Fuzzer.Apps;

/// <summary>The endpoint that the mirror finds at a request, as the request says. Behind the mirror it is gone again.</summary>
internal static class MarkedEndpoint
{
    public const string Hub = "hub";
    public const string Off = "off";
    public const string Read = "read";

    private static readonly Dictionary<string, (object Metadata, double? Percent)> Kinds = new(StringComparer.Ordinal)
    {
        [Hub] = (new NegotiateMetadata(), null),
        [Off] = (new DisableTrafficMirroringAttribute(), null),
        [Read] = (new MirrorAsReadAttribute(), null),
        ["all"] = (new TrafficMirroringAttribute(Fuzzing.DrawnShadow, 100), 100),
        ["half"] = (new TrafficMirroringAttribute(Fuzzing.DrawnShadow, 50), 50),
        ["none"] = (new TrafficMirroringAttribute(Fuzzing.DrawnShadow, 0), 0),
    };

    public static void Set(HttpContext context)
    {
        if (Kinds.TryGetValue(context.Request.Headers[ChoiceFields.Endpoint].ToString(), out var kind))
        {
            var metadata = new EndpointMetadataCollection(kind.Metadata);
            context.SetEndpoint(new Endpoint(requestDelegate: null, metadata, "marked"));
        }
    }

    public static Task RemoveAsync(HttpContext context, RequestDelegate next)
    {
        context.SetEndpoint(null);
        return next(context);
    }

    /// <summary>Whether a request has an endpoint of this kind.</summary>
    public static bool Is(Arrival arrival, string kind) => arrival[ChoiceFields.Endpoint].ToString() == kind;

    /// <summary>The percent that the endpoint of a request has for a shadow.</summary>
    public static double? PercentFor(Arrival arrival, string shadow) =>
        shadow == Fuzzing.DrawnShadow
            ? Kinds.GetValueOrDefault(arrival[ChoiceFields.Endpoint].ToString()).Percent
            : null;
}
