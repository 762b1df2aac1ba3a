using Microsoft.Extensions.Configuration;

namespace ShadowMiddleware.Configuration.Keys;

/// <summary>The keys of one kind of object, and how they are read into its options and checked there.</summary>
/// <inheritdoc cref="OptionTable(string, string)"/>
internal sealed class OptionTable<TOptions>(string name, string place, IReadOnlyList<OptionKey<TOptions>> keys)
    : OptionTable(name, place)
    where TOptions : new()
{
    public override IReadOnlyList<OptionKey> Keys => keys;

    public override IEnumerable<OptionValue> Values(string path, object options) =>
        keys.Where(key => key.IsBuilt)
            .SelectMany(key => key.Values(OptionKeys.Join(path, key.Name), key.Get((TOptions)options)));

    /// <summary>Reads an object. What cannot be read is a fault, and so is a key that the table does not have.</summary>
    /// <param name="section">What was found where the object is meant.</param>
    /// <param name="path">The path of the object.</param>
    /// <param name="mend">How to write such an object: a sentence.</param>
    /// <param name="options">Where to write what was read.</param>
    /// <param name="faults">Where to write what could not be read.</param>
    public void Read(
        IConfigurationSection section,
        string path,
        string mend,
        TOptions options,
        ConfigurationFaults faults
    )
    {
        if (ObjectReader.CheckObject(section, path, mend, faults))
        {
            ReadKeys(new ObjectReader(section, path, faults), options);
        }
    }

    /// <summary>Reads what was found to be an object.</summary>
    public void ReadKeys(ObjectReader reader, TOptions options)
    {
        reader.CheckKeys(this);
        foreach (var key in keys)
        {
            key.Read(reader, options);
        }
    }

    /// <summary>Checks an object, whichever source it comes from.</summary>
    /// <param name="path">The path of the object.</param>
    /// <param name="options">The object.</param>
    /// <param name="whole">The options that it is a part of.</param>
    /// <param name="faults">Where to write what is wrong.</param>
    public void Check(string path, TOptions options, TrafficMirroringOptions whole, ConfigurationFaults faults)
    {
        foreach (var key in keys)
        {
            key.Check(path, options, whole, faults);
            key.Rule(path, options, whole, faults);
        }
    }
}
