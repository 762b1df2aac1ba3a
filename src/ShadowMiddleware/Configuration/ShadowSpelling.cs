using Microsoft.Extensions.Configuration;

namespace ShadowMiddleware.Configuration;

/// <summary>
/// Finds the name of a shadow that providers spell differently. A variable of the environment in upper case overrides what a file says
/// of v2, and of the two spellings a section shows only one: here, the one that can be a name counts.
/// </summary>
internal static class ShadowSpelling
{
    public static string NameOf(IConfigurationSection shadow, IConfigurationRoot? root)
    {
        var lower = shadow.Key.ToLowerInvariant();
        var path = ConfigurationPath.GetParentPath(shadow.Path);
        return
            root is not null
            && ShadowNameRules.IsName(lower)
            && root.Providers.Any(provider => provider.GetChildKeys([], path).Contains(lower, StringComparer.Ordinal))
            ? lower
            : shadow.Key;
    }
}
