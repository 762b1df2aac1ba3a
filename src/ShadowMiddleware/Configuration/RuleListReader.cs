using Microsoft.Extensions.Configuration;

namespace ShadowMiddleware.Configuration;

/// <summary>Reads lists of a rule, strictly: a slip must not widen what is copied.</summary>
internal static class RuleListReader
{
    /// <summary>Opens the list below a key: its elements, or none when it is absent or not a list.</summary>
    /// <param name="list">What was found under the key.</param>
    /// <param name="key">The path of the key.</param>
    /// <param name="mend">How to write such a list: a sentence.</param>
    /// <param name="faults">Where to write what could not be read.</param>
    public static IConfigurationSection[] Elements(
        IConfigurationSection list,
        string key,
        string mend,
        ConfigurationFaults faults
    )
    {
        // [] arrives as an empty string.
        if (list.Value is { Length: > 0 } scalar)
        {
            faults.Add(key, $"a list is meant here, and the value {SecretMask.Quote(scalar)} was found; {mend}");
            return [];
        }

        var elements = list.GetChildren().ToArray();
        if (elements.All(element => ObjectReader.IsIndex(element.Key)))
        {
            return elements;
        }

        faults.Add(key, $"a list is meant here, and an object was found; {mend}");
        return [];
    }

    /// <summary>Adds the texts of a list. What cannot be read takes its place all the same, so that later faults name the right element.</summary>
    public static void Texts(
        IConfigurationSection list,
        string key,
        string mend,
        IList<string> texts,
        ConfigurationFaults faults
    )
    {
        foreach (var element in Elements(list, key, mend, faults))
        {
            if (element.GetChildren().Any())
            {
                faults.Add(
                    OptionKeys.Join(key, element.Key),
                    $"a single value is meant here, and a list or an object was found; {mend}"
                );
            }

            texts.Add(element.Value ?? "");
        }
    }
}
