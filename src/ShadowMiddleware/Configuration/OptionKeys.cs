using System.Globalization;
using ShadowMiddleware.Configuration.Keys;

namespace ShadowMiddleware.Configuration;

/// <summary>The keys of the contract, and how the path of a key is written.</summary>
internal static class OptionKeys
{
    /// <summary>The tables of all objects of the configuration.</summary>
    public static IReadOnlyList<OptionTable> Tables { get; } =
    [
        TopLevelKeys.Table,
        ShadowKeys.Table,
        RuleKeys.Table,
        RewritePathKeys.Table,
        CircuitBreakerKeys.Table,
        ProtectionKeys.Table,
    ];

    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}:{key}";

    public static string ForShadow(string name) =>
        Join(nameof(TrafficMirroringOptions.Shadows), SecretMask.Escape(name));

    public static string ForRule(string shadowPath, int index) =>
        Join(Join(shadowPath, nameof(ShadowOptions.Rules)), index.ToString(CultureInfo.InvariantCulture));

    // Whoever writes "Name: value" into the name must not find the value in a log.
    public static string ForHeader(string path, string name) => Join(path, SecretMask.Name(name));
}
