using Microsoft.Extensions.Configuration;
using ShadowMiddleware.Configuration.Keys;

namespace ShadowMiddleware.Configuration;

/// <summary>Reads the top level of the section, and each shadow in it.</summary>
internal static class SectionReader
{
    private const string SectionName = "TrafficMirroring";
    private const string ShadowsMend = """write "Shadows": { "v2": { "Address": "https://orders-v2.internal" } }.""";

    private const string ShadowMend = """write { "Address": "https://…" }.""";

    /// <summary>Whether mirroring is switched off in so many words, whatever else is wrong: also where the whole configuration was given instead of its section.</summary>
    public static bool IsSwitchedOff(IConfiguration section)
    {
        const string key = nameof(TrafficMirroringOptions.Enabled);
        return IsFalse(section[key])
            || (section is not IConfigurationSection && IsFalse(section[$"{SectionName}:{key}"]));
    }

    /// <param name="section">The section, or a configuration that has its keys at the top.</param>
    /// <param name="root">The configuration that the section is part of, if known.</param>
    /// <param name="options">Where to write what was read.</param>
    /// <param name="faults">Where to write what could not be read.</param>
    public static void Read(
        IConfiguration section,
        IConfigurationRoot? root,
        TrafficMirroringOptions options,
        ConfigurationFaults faults
    )
    {
        if (
            section is IConfigurationSection found
            && !ObjectReader.CheckObject(found, "", "write an object with the key Shadows.", faults)
        )
        {
            return;
        }

        if (section is not IConfigurationSection && section.GetChildren().Any(child => Is(child.Key, SectionName)))
        {
            faults.Add(
                "",
                $"the whole configuration was given; give its section, configuration.GetSection(\"{SectionName}\")."
            );
            return;
        }

        TopLevelKeys.Table.ReadKeys(new ObjectReader(section, "", faults) { Root = root }, options);
    }

    /// <summary>Reads the shadows, each under its name.</summary>
    public static void ReadShadows(ObjectReader reader, TrafficMirroringOptions options)
    {
        foreach (var shadow in reader.Object(nameof(options.Shadows), ShadowsMend))
        {
            // A shadow that cannot be read is added all the same, so that code that runs after the section finds it by its name.
            var name = ShadowSpelling.NameOf(shadow, reader.Root);
            if (!options.Shadows.TryGetValue(name, out var target) || target is null)
            {
                options.Shadows[name] = target = new ShadowOptions();
            }

            ShadowKeys.Table.Read(shadow, OptionKeys.ForShadow(name), ShadowMend, target, reader.Faults);
        }
    }

    private static bool IsFalse(string? text) =>
        text is not null && ScalarReader.TryBoolean(text, out var value) && !value;

    private static bool Is(string key, string name) => string.Equals(key, name, StringComparison.OrdinalIgnoreCase);
}
