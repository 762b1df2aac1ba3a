using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.Configuration;

/// <summary>Options from a configuration section.</summary>
/// <param name="section">The section that holds the keys of the contract.</param>
/// <param name="root">
/// The configuration that the section is part of, when it is known: only there can be seen who spells a name in which way.
/// </param>
internal sealed class SectionSource(IConfiguration section, IConfiguration? root = null) : IOptionsSource
{
    public bool IsMissing => section is IConfigurationSection found ? !found.Exists() : !section.GetChildren().Any();

    public void Apply(TrafficMirroringOptions options, ConfigurationFaults faults)
    {
        // First, because a fault in the section, or a provider that throws, must keep nobody from switching mirroring off.
        if (SectionReader.IsSwitchedOff(section))
        {
            options.Enabled = false;
        }

        var found = section as IConfigurationSection;
        faults.Prefix = found?.Path ?? "";
        var providers = section as IConfigurationRoot ?? root as IConfigurationRoot;
        if (found is not null && providers is not null)
        {
            SpellingCollisions.Check(providers, found, faults);
        }

        SectionReader.Read(section, providers, options, faults);
    }

    public IChangeToken? GetReloadToken() => section.GetReloadToken();
}
