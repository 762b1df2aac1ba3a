using Microsoft.Extensions.Configuration;

namespace ShadowMiddleware.Configuration;

/// <summary>Faults every key that an object should not have. Their values are never shown: a misplaced one may be a secret.</summary>
internal static class UnknownKeys
{
    private static readonly KeySet[] _levels =
    [
        OptionKeys.TopLevel,
        OptionKeys.Shadow,
        OptionKeys.CircuitBreaker,
        OptionKeys.Rule,
    ];

    public static void Check(IConfiguration section, string path, KeySet keys, ConfigurationFaults faults)
    {
        foreach (var child in section.GetChildren())
        {
            if (keys.IsBuilt(child.Key))
            {
                continue;
            }

            var key = OptionKeys.Join(path, SecretMask.Escape(child.Key));
            if (!keys.IsUnbuilt(child.Key))
            {
                faults.Add(key, $"there is no such key; {Mend(child.Key, keys)}");
            }
            else if (child.Value is not null || child.GetChildren().Any())
            {
                faults.Add(key, "this version does not build this key yet; remove it.");
            }
        }
    }

    private static string Mend(string key, KeySet keys)
    {
        if (NearestKey.Find(key, keys.Built) is { } nearest)
        {
            return $"did you mean '{nearest}'?";
        }

        var home = Array.Find(_levels, level => level != keys && level.IsBuilt(key));
        if (home is not null)
        {
            return $"it belongs {Describe(home)}.";
        }

        return $"the keys here are {string.Join(", ", keys.Built)}.";
    }

    private static string Describe(KeySet level) =>
        level == OptionKeys.TopLevel ? "at the top, beside Shadows"
        : level == OptionKeys.Shadow ? "to a shadow: Shadows:<name>"
        : level == OptionKeys.Rule ? "to one of a shadow's Rules"
        : "to a shadow's CircuitBreaker";
}
