using Microsoft.Extensions.Configuration;

namespace ShadowMiddleware.Configuration;

/// <summary>
/// Finds names that one provider spells in two ways, such as shadows named v2 and V2. A section cannot show them: it ignores case and
/// merges the two into one without a word.
/// </summary>
/// <remarks>
/// Two providers may spell a name differently: that is how a variable of the environment overrides a file, see <see cref="ShadowSpelling"/>.
/// </remarks>
internal static class SpellingCollisions
{
    public static void Check(IConfigurationRoot root, IConfigurationSection section, ConfigurationFaults faults)
    {
        CheckLevel(root, section.Path, "", faults);

        const string shadows = nameof(TrafficMirroringOptions.Shadows);
        CheckLevel(root, $"{section.Path}:{shadows}", shadows, faults);
        foreach (var shadow in section.GetSection(shadows).GetChildren())
        {
            CheckLevel(root, shadow.Path, OptionKeys.ForShadow(ShadowSpelling.NameOf(shadow, root)), faults);
        }
    }

    private static void CheckLevel(IConfigurationRoot root, string path, string key, ConfigurationFaults faults)
    {
        foreach (var provider in root.Providers)
        {
            var collisions = provider
                .GetChildKeys([], path)
                .Distinct(StringComparer.Ordinal)
                .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
                .Where(spellings => spellings.Skip(1).Any());

            foreach (var spellings in collisions)
            {
                var names = string.Join(" and ", spellings.Order(StringComparer.Ordinal).Select(SecretMask.Quote));
                faults.Add(
                    OptionKeys.Join(key, SecretMask.Escape(spellings.Key)),
                    $"{names} differ only in case, and configuration merges such keys; rename or remove one."
                );
            }
        }
    }
}
