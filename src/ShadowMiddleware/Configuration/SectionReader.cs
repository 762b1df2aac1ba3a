using Microsoft.Extensions.Configuration;

namespace ShadowMiddleware.Configuration;

/// <summary>Reads the top level of the section, and each shadow in it.</summary>
internal static class SectionReader
{
    private const string SectionName = "TrafficMirroring";
    private const string ShadowsMend = """write "Shadows": { "v2": { "Address": "https://orders-v2.internal" } }.""";

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

        UnknownKeys.Check(section, "", OptionKeys.TopLevel, faults);

        var reader = new ObjectReader(section, "", faults);
        reader.Boolean(nameof(options.Enabled), value => options.Enabled = value);
        reader.Text(nameof(options.TagHeader), value => options.TagHeader = value);
        reader.Int64(
            nameof(options.MaxBufferedBytes),
            OptionBounds.MaxBufferedBytes,
            value => options.MaxBufferedBytes = value
        );
        reader.Time(nameof(options.DrainTimeout), OptionBounds.DrainTimeout, value => options.DrainTimeout = value);
        ReadProtection(section.GetSection(nameof(options.Protection)), options.Protection, faults);

        foreach (var shadow in reader.Object(nameof(options.Shadows), ShadowsMend))
        {
            // A shadow that cannot be read is added all the same, so that code that runs after the section finds it by its name.
            var name = ShadowSpelling.NameOf(shadow, root);
            if (!options.Shadows.TryGetValue(name, out var target) || target is null)
            {
                options.Shadows[name] = target = new ShadowOptions();
            }

            ShadowSectionReader.Read(name, shadow, target, faults);
        }
    }

    private static void ReadProtection(
        IConfigurationSection section,
        ProtectionOptions protection,
        ConfigurationFaults faults
    )
    {
        const string path = nameof(TrafficMirroringOptions.Protection);
        if (!ObjectReader.CheckObject(section, path, """write { "Enabled": false }, or remove the key.""", faults))
        {
            return;
        }

        UnknownKeys.Check(section, path, OptionKeys.Protection, faults);

        var reader = new ObjectReader(section, path, faults);
        reader.Boolean(nameof(protection.Enabled), value => protection.Enabled = value);
    }

    private static bool Is(string key, string name) => string.Equals(key, name, StringComparison.OrdinalIgnoreCase);
}
