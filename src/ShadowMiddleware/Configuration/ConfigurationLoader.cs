namespace ShadowMiddleware.Configuration;

/// <summary>Reads all sources, checks the result as a whole and compiles it.</summary>
internal static class ConfigurationLoader
{
    /// <exception cref="TrafficMirroringConfigurationException">There are faults; it lists them all.</exception>
    public static MirroringConfiguration Load(IEnumerable<IOptionsSource> sources)
    {
        var options = new TrafficMirroringOptions();
        var faults = new ConfigurationFaults();
        foreach (var source in sources)
        {
            try
            {
                source.Apply(options, faults);
            }
            catch (Exception exception) when (!faults.IsEmpty)
            {
                // Code that runs after a section may well fail because of what is wrong in the section, and that is what has to be
                // mended. Half-made options are not checked any further: what is missing in them, the code may have been about to add.
                throw new TrafficMirroringConfigurationException([
                    .. faults.Messages,
                    $"The code that configures traffic mirroring could not run on top of this: {exception.GetType()}.",
                ]);
            }
        }

        OptionsValidator.Check(options, faults);
        return faults.IsEmpty
            ? ConfigurationCompiler.Compile(options)
            : throw new TrafficMirroringConfigurationException(faults.Messages);
    }
}
