using ShadowMiddleware.Configuration.Keys;

namespace ShadowMiddleware.Configuration;

/// <summary>Checks the finished options, whichever source they come from. A key that could not be read is not reported again.</summary>
internal static class OptionsValidator
{
    private const string ShadowsKey = nameof(TrafficMirroringOptions.Shadows);

    public static void Check(TrafficMirroringOptions options, ConfigurationFaults faults) =>
        TopLevelKeys.Table.Check("", options, options, faults);

    public static void CheckAnyShadow(TrafficMirroringOptions options, ConfigurationFaults faults)
    {
        // A section that is no object at all has been reported; that it has no shadows follows from that.
        if (options.Shadows.Count == 0 && !faults.Has(""))
        {
            faults.Add(
                ShadowsKey,
                """there is no shadow to mirror to; write "Shadows": { "v2": { "Address": "https://orders-v2.internal" } }, """
                    + """or in code options.MirrorTo("https://orders-v2.internal")."""
            );
        }
    }

    public static void CheckShadows(TrafficMirroringOptions options, ConfigurationFaults faults)
    {
        foreach (var (name, shadow) in options.Shadows)
        {
            if (shadow is null)
            {
                faults.Add(OptionKeys.ForShadow(name), "it is null; give it options with an Address, or remove it.");
            }
            else
            {
                ShadowKeys.Table.Check(OptionKeys.ForShadow(name), shadow, options, faults);
            }
        }

        // Last, because a fault of a shadow as a whole explains away what is missing in it, and a bad name explains nothing.
        CheckNames(options.Shadows.Keys, faults);
    }

    public static void CheckTagHeader(string? name, ConfigurationFaults faults)
    {
        const string key = nameof(TrafficMirroringOptions.TagHeader);
        if (string.IsNullOrEmpty(name))
        {
            faults.Add(key, "it is empty; write the name of a header, such as X-Shadow-Request.");
        }
        else if (!HeaderNameRules.IsToken(name))
        {
            faults.Add(
                key,
                $"{SecretMask.QuoteName(name)} is not the name of a header; write letters, digits and hyphens only, such as X-Shadow-Request."
            );
        }
        else if (ReservedHeaders.HasMeaning(name))
        {
            faults.Add(
                key,
                $"{SecretMask.QuoteName(name)} has a meaning of its own and cannot be the tag; write a name that nothing else uses, such as X-Shadow-Request."
            );
        }
    }

    private static void CheckNames(ICollection<string> names, ConfigurationFaults faults)
    {
        foreach (
            var spellings in names
                .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
                .Where(group => group.Skip(1).Any())
        )
        {
            faults.Add(
                OptionKeys.ForShadow(spellings.Key),
                $"{string.Join(" and ", spellings.Select(SecretMask.Quote))} differ only in case; rename or remove one."
            );
        }

        foreach (var name in names)
        {
            if (!ShadowNameRules.IsName(name))
            {
                faults.Add(OptionKeys.ForShadow(name), ShadowNameRules.Describe(name));
            }
        }
    }
}
