using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Hosting;

/// <summary>Knows what bounds the hosts that clients may write: the app's host filtering, or a shadow's rules.</summary>
internal sealed class HostBounds
{
    // As host filtering reads them: all hosts, for HTTP.sys, IPv6 and IPv4.
    private static readonly string[] _all = ["*", "[::]", "0.0.0.0"];

    private readonly IOptionsMonitor<HostFilteringOptions> _filtering;
    private readonly MirroredEndpoints _endpoints;

    public HostBounds(IOptionsMonitor<HostFilteringOptions> filtering, MirroredEndpoints endpoints)
    {
        _filtering = filtering;
        _endpoints = endpoints;
    }

    /// <summary>Whether the copies to a shadow carry whatever Host a client writes.</summary>
    public bool IsMissing(ShadowConfiguration shadow) =>
        shadow.Shaping is { HasHostOfClient: true } && !IsBoundByRules(shadow) && !IsFiltered();

    private bool IsBoundByRules(ShadowConfiguration shadow) =>
        shadow.HasHostRule && !_endpoints.LetThrough(shadow.Name);

    // Without a list there is no filtering: hosts made by hand do not have it.
    private bool IsFiltered() =>
        _filtering.CurrentValue.AllowedHosts is { Count: > 0 } allowed && !allowed.Any(_all.Contains);
}
