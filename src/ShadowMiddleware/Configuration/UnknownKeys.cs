using Microsoft.Extensions.Configuration;
using ShadowMiddleware.Configuration.Keys;

namespace ShadowMiddleware.Configuration;

/// <summary>Faults every key that an object should not have. Their values are never shown: a misplaced one may be a secret.</summary>
internal static class UnknownKeys
{
    public static void Check(IConfiguration section, string path, OptionTable keys, ConfigurationFaults faults)
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

    private static string Mend(string key, OptionTable keys)
    {
        if (NearestKey.Find(key, keys.Built) is { } nearest)
        {
            return $"did you mean '{nearest}'?";
        }

        var home = OptionKeys.Tables.FirstOrDefault(table => table != keys && table.IsBuilt(key));
        return home is not null ? $"it belongs {home.Place}." : $"the keys here are {string.Join(", ", keys.Built)}.";
    }
}
