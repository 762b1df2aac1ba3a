using System.Net;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Connecting;

/// <summary>
/// How many connections to a host and port may be open. Worked out anew for each connection from the configuration in force, so that
/// there is nothing that a reload would have to keep up to date.
/// </summary>
internal sealed class ConnectionLimits
{
    // A connection that closes overlaps with the one that takes its place, and those that idle with those that are new.
    private const int ConnectionsPerCopy = 2;

    private readonly Func<MirroringConfiguration> _current;
    private readonly TrafficMirroringLedger _ledger;

    /// <param name="current">Finds the configuration in force: a client can be made before there is one.</param>
    /// <param name="ledger">Knows how many copies are on their way.</param>
    public ConnectionLimits(Func<MirroringConfiguration> current, TrafficMirroringLedger ledger)
    {
        _current = current;
        _ledger = ledger;
    }

    public int For(DnsEndPoint endPoint)
    {
        long here = 0,
            anywhere = 0;
        foreach (var shadow in _current().Shadows)
        {
            var copies = Copies(shadow);
            anywhere += copies;
            here += IsAt(shadow, endPoint) ? copies : 0;
        }

        // No shadow's address is that of a proxy, or one that service discovery has found: the copies of any of them may go there.
        // Without any, a reload has taken a shadow away while its copies were on their way.
        var most =
            here > 0 ? here
            : anywhere > 0 ? anywhere
            : TrafficMirroringDefaults.MaxMaxConcurrency;
        return ConnectionsPerCopy * (int)most;
    }

    /// <summary>The longest time that any of the shadows there gives to a copy; zero where no shadow is known to be.</summary>
    public TimeSpan LongestTimeout(DnsEndPoint endPoint) =>
        _current()
            .Shadows.Where(shadow => IsAt(shadow, endPoint))
            .Select(static shadow => shadow.Timeout)
            .DefaultIfEmpty()
            .Max();

    // A reload that lowers the bound takes no copy back that is on its way.
    private long Copies(ShadowConfiguration shadow) =>
        Math.Max(shadow.MaxConcurrency, _ledger.Account(shadow.Name).Counters.Read().InFlight);

    private static bool IsAt(ShadowConfiguration shadow, DnsEndPoint endPoint)
    {
        var address = new Uri(shadow.Address);
        return address.Port == endPoint.Port
            && address.IdnHost.Equals(endPoint.Host, StringComparison.OrdinalIgnoreCase);
    }
}
