namespace ShadowMiddleware.Configuration;

/// <summary>A configuration that can be put in force, and what is to be said about it.</summary>
/// <param name="Configuration">The snapshot that requests read.</param>
/// <param name="Values">What its keys say.</param>
internal sealed record LoadedConfiguration(MirroringConfiguration Configuration, OptionValues Values)
{
    /// <summary>Whether there is nothing to mirror to, because the section is not there.</summary>
    public bool IsMissing { get; init; }

    /// <summary>Faults that stop nothing, because mirroring is off.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>The same, switched off.</summary>
    public LoadedConfiguration Off(IReadOnlyList<string> faults) =>
        this with
        {
            Configuration = Configuration with { Enabled = false },
            Values = Values.With(nameof(TrafficMirroringOptions.Enabled), "false"),
            Faults = faults,
        };
}
