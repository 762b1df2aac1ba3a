using System.Net;
using System.Net.NetworkInformation;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware.Hosting;

/// <summary>Knows the addresses that this app's own server listens on, once it has started. Asks no name server.</summary>
internal sealed class OwnAddresses
{
    private readonly IServiceProvider _services;

    /// <param name="services">The app's. An app without a server, or with one that does not say where it listens, has no addresses.</param>
    public OwnAddresses(IServiceProvider services) => _services = services;

    /// <summary>Whether an address leads to this app's own server. Never throws.</summary>
    /// <param name="address">The address of a shadow.</param>
    public bool Contain(string address)
    {
        try
        {
            var addresses = _services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses;
            return addresses is not null && addresses.Any(own => Leads(new Uri(address), own));
        }
        catch (Exception)
        {
            // A server of the app's, or a network that cannot be looked at: the warning is a help, and the start goes on without it.
            return false;
        }
    }

    /// <summary>Whether an address leads to a server on this machine.</summary>
    /// <param name="address">The address.</param>
    /// <param name="own">Where the server listens, as servers write it: <c>http://*:5000</c> and <c>http://[::]:5000</c> are all addresses of the machine.</param>
    internal static bool Leads(Uri address, string own)
    {
        var binding = BindingAddress.Parse(own);
        if (binding.IsUnixPipe || binding.IsNamedPipe || binding.Port != address.Port)
        {
            return false;
        }

        var host = address.DnsSafeHost;
        var isIp = IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip);
        if (binding.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (isIp && IPAddress.IsLoopback(ip!)))
        {
            return IsLoopback(host);
        }

        // A name that is none of the machine's is bound as all of its addresses.
        return !isIp || IsAny(ip!)
            ? IsLoopback(host) || IsName(host) || IsAddress(host)
            : IsName(host) || (IPAddress.TryParse(host, out var target) && target.Equals(ip));
    }

    private static bool IsAny(IPAddress ip) => ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any);

    // To connect to the address of all is to connect to the machine itself.
    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var ip) && (IPAddress.IsLoopback(ip) || IsAny(ip)));

    private static bool IsName(string host)
    {
        var properties = IPGlobalProperties.GetIPGlobalProperties();
        return host.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase)
            || host.Equals(properties.HostName, StringComparison.OrdinalIgnoreCase)
            || host.Equals(
                $"{properties.HostName}.{properties.DomainName}".TrimEnd('.'),
                StringComparison.OrdinalIgnoreCase
            );
    }

    private static bool IsAddress(string host) =>
        IPAddress.TryParse(host, out var ip)
        && NetworkInterface
            .GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Any(unicast => unicast.Address.Equals(ip));
}
