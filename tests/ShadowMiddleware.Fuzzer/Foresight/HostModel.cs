using System.Net;
using System.Text.RegularExpressions;
using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Plans;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>What becomes of the <c>Host</c> of a request in its copy.</summary>
internal static partial class HostModel
{
    /// <summary>Whether the request has a host at all.</summary>
    public static bool Has(Arrival arrival) => Of(arrival).Length > 0;

    /// <summary>Whether it is beyond doubt a host and a port.</summary>
    public static bool IsClear(Arrival arrival) => Clear().IsMatch(Of(arrival));

    public static string Of(Arrival arrival) => arrival["Host"].ToString();

    /// <summary>The host with <c>-shadow</c> behind its name, if that is a name; <see langword="null"/> when nobody can say.</summary>
    public static string? WithSuffix(Arrival arrival)
    {
        if (!IsClear(arrival))
        {
            return null;
        }

        var host = Of(arrival);
        var parts = Clear().Match(host).Groups;
        var isAddress = host.StartsWith('[') || IPAddress.TryParse(parts["name"].Value, out _);
        return isAddress ? host : $"{parts["name"].Value}-shadow{parts["port"].Value}";
    }

    /// <summary>The name of the host within <see cref="ShadowPlan.HostTemplate"/>; <see langword="null"/> when nobody can say.</summary>
    public static string? InTemplate(Arrival arrival) =>
        IsClear(arrival)
            ? ShadowPlan.HostTemplate.Replace(
                "{host}",
                Clear().Match(Of(arrival)).Groups["name"].Value,
                StringComparison.Ordinal
            )
            : null;

    public static bool IsIPv6(Arrival arrival) => IsClear(arrival) && Of(arrival).StartsWith('[');

    [GeneratedRegex(
        @"\A(?<name>[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)*|10\.0\.0\.1|\[::1\])(?<port>(:[0-9]{1,4})?)\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Clear();
}
