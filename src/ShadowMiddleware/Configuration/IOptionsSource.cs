using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.Configuration;

/// <summary>Where options come from: a configuration section or code. Sources apply in the order in which they were added.</summary>
internal interface IOptionsSource
{
    /// <summary>Whether this source should say something and does not: its section is not there, or is empty.</summary>
    bool IsMissing { get; }

    /// <summary>Writes what this source says into <paramref name="options"/> and each fault that it finds into <paramref name="faults"/>.</summary>
    void Apply(TrafficMirroringOptions options, ConfigurationFaults faults);

    /// <summary>Signals the next change of this source; <see langword="null"/> when it cannot change.</summary>
    IChangeToken? GetReloadToken();
}
