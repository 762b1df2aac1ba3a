using System.Runtime.ExceptionServices;

namespace ShadowMiddleware.Configuration;

/// <summary>Reads all sources, checks the result as a whole and compiles it.</summary>
internal static class ConfigurationLoader
{
    /// <summary>Reads what is to be in force from the start.</summary>
    /// <exception cref="TrafficMirroringConfigurationException">There are faults; it lists them all.</exception>
    public static MirroringConfiguration Load(IEnumerable<IOptionsSource> sources) =>
        Load(sources, last: null).Configuration;

    /// <param name="sources">Where the options come from.</param>
    /// <param name="last">What is in force until then; <see langword="null"/> at the start.</param>
    /// <exception cref="TrafficMirroringConfigurationException">There are faults, and mirroring is not switched off; it lists them all.</exception>
    public static LoadedConfiguration Load(IEnumerable<IOptionsSource> sources, LoadedConfiguration? last)
    {
        var options = new TrafficMirroringOptions();
        var faults = new ConfigurationFaults();
        var isMissing = false;
        ExceptionDispatchInfo? failure = null;
        foreach (var source in sources)
        {
            try
            {
                source.Apply(options, faults);
                isMissing |= source.IsMissing;
            }
            catch (Exception exception)
            {
                // The sources behind it are read all the same: one of them may switch mirroring off.
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        if (failure is not null)
        {
            return Without(failure, options, faults, isMissing, last);
        }

        // A reload may take the last shadow away, and what is off or missing needs none.
        if (last is null && options.Enabled && !isMissing)
        {
            OptionsValidator.CheckAnyShadow(options, faults);
        }

        OptionsValidator.Check(options, faults);
        if (faults.IsEmpty)
        {
            return Compile(options) with { IsMissing = isMissing && options.Shadows.Count == 0 };
        }

        return options.Enabled
            ? throw new TrafficMirroringConfigurationException(faults.Messages)
            : (last ?? Nothing).Off(faults.Messages);
    }

    // Code that runs after a section may well fail because of what is wrong in the section or missing with it, and that is what has to be
    // mended. Half-made options are not checked any further: what is missing in them, the code may have been about to add.
    private static LoadedConfiguration Without(
        ExceptionDispatchInfo failure,
        TrafficMirroringOptions options,
        ConfigurationFaults faults,
        bool isMissing,
        LoadedConfiguration? last
    )
    {
        string[] messages =
        [
            .. faults.Messages,
            $"The code that configures traffic mirroring could not run on top of this: {failure.SourceException.GetType()}.",
        ];
        if (!options.Enabled)
        {
            return (last ?? Nothing).Off(messages);
        }

        if (!faults.IsEmpty)
        {
            throw new TrafficMirroringConfigurationException(messages);
        }

        if (!isMissing)
        {
            failure.Throw();
        }

        return Nothing with
        {
            IsMissing = true,
        };
    }

    private static LoadedConfiguration Nothing => Compile(new TrafficMirroringOptions());

    private static LoadedConfiguration Compile(TrafficMirroringOptions options) =>
        new(ConfigurationCompiler.Compile(options), OptionValues.Of(options));
}
