using System.Globalization;
using ShadowMiddleware;
using Yarp.ReverseProxy.Configuration;

namespace Gateway;

/// <summary>
/// Gives the routes of YARP what <c>WithTrafficMirroring</c> and <c>DisableTrafficMirroring</c> give to endpoints, out of the metadata of
/// a route: <c>TrafficMirroring.Percent</c>, <c>TrafficMirroring.v2.Percent</c> for one shadow, <c>TrafficMirroring.Enabled</c>.
/// </summary>
/// <remarks>
/// As a filter it looks at each route before YARP takes it: a fault stops the start, and one that a reload brings leaves the last good
/// routes in force.
/// </remarks>
internal sealed class RouteMirroring : IProxyConfigFilter
{
    private const string Prefix = "TrafficMirroring.";
    private const string Percent = "Percent";
    private const string Enabled = "Enabled";

    /// <summary>Gives the endpoint of a route its metadata.</summary>
    public static void Apply(IEndpointConventionBuilder endpoint, RouteConfig route) =>
        endpoint.WithMetadata(Read(route));

    public ValueTask<RouteConfig> ConfigureRouteAsync(
        RouteConfig route,
        ClusterConfig? cluster,
        CancellationToken cancel
    )
    {
        _ = Read(route);
        return new ValueTask<RouteConfig>(route);
    }

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) =>
        new(cluster);

    private static object[] Read(RouteConfig route) =>
        [
            .. (route.Metadata ?? new Dictionary<string, string>())
                .Where(item => item.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                .Select(item => Read(item.Key[Prefix.Length..].Split('.'), item.Value) ?? throw Fault(route, item))
                .Where(metadata => metadata is not true),
        ];

    // Null: not understood. True: nothing to add.
    private static object? Read(string[] key, string value) =>
        key switch
        {
            [Enabled] when bool.TryParse(value, out var isEnabled) => isEnabled
                ? true
                : new DisableTrafficMirroringAttribute(),
            [Percent] when Share(value) is { } share => new TrafficMirroringAttribute(share),
            [{ Length: > 0 } shadow, Percent] when Share(value) is { } share => new TrafficMirroringAttribute(
                shadow,
                share
            ),
            _ => null,
        };

    private static double? Share(string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share)
        && share is >= 0 and <= 100
            ? share
            : null;

    private static FormatException Fault(RouteConfig route, KeyValuePair<string, string> item) =>
        new(
            $"Route '{route.RouteId}': the metadata '{item.Key}': '{item.Value}' is not understood. Use '{Prefix}{Percent}' for all shadows "
                + $"or '{Prefix}<shadow>.{Percent}' for one, with a number from 0 to 100, or '{Prefix}{Enabled}' with 'true' or 'false'."
        );
}
