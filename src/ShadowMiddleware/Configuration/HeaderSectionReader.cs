using Microsoft.Extensions.Configuration;

namespace ShadowMiddleware.Configuration;

/// <summary>Reads the two keys that shape a copy's headers. A slip here could send on what was to be removed, so nothing is guessed.</summary>
internal static class HeaderSectionReader
{
    private const string SetHeadersMend = """write { "Name": "value" }.""";

    public static void ReadRemoveHeaders(ObjectReader reader, ShadowOptions shadow)
    {
        var key = reader.PathOf(nameof(shadow.RemoveHeaders));
        var found = reader.Section(nameof(shadow.RemoveHeaders));

        // [] arrives as an empty string.
        if (found.Value is { Length: > 0 } scalar)
        {
            reader.Faults.Add(
                key,
                $"a list is meant here, and the value {SecretMask.QuoteName(scalar)} was found; write {AsList(scalar)}."
            );
            return;
        }

        var elements = found.GetChildren().ToArray();
        if (elements.Any(element => !ObjectReader.IsIndex(element.Key)))
        {
            reader.Faults.Add(key, """a list is meant here, and an object was found; write ["Cookie"].""");
            return;
        }

        foreach (var element in elements)
        {
            ReadElement(element, OptionKeys.Join(key, element.Key), shadow, reader.Faults);
        }
    }

    public static void ReadSetHeaders(ObjectReader reader, ShadowOptions shadow)
    {
        var path = reader.PathOf(nameof(shadow.SetHeaders));
        foreach (var header in reader.Object(nameof(shadow.SetHeaders), SetHeadersMend, isSecret: true))
        {
            if (header.GetChildren().Any())
            {
                reader.Faults.Add(
                    OptionKeys.ForHeader(path, header.Key),
                    "a single value is meant here, and a list or an object was found; write one value."
                );
            }
            else
            {
                // A null is taken over as well: unless code puts a value in its place, the validator refuses it. Ignored, it would send on
                // what the user sent.
                shadow.SetHeaders[header.Key] = header.Value!;
            }
        }
    }

    private static void ReadElement(
        IConfigurationSection element,
        string key,
        ShadowOptions shadow,
        ConfigurationFaults faults
    )
    {
        var name = element.Value;
        if (element.GetChildren().Any())
        {
            name = "";
            faults.Add(
                key,
                """the name of a header is meant here, and a list or an object was found; write "Cookie"."""
            );
        }
        else if (string.IsNullOrEmpty(name))
        {
            faults.Add(key, "it is empty; write the name of a header, or remove the entry.");
        }

        // What cannot be read takes its place all the same, so that later faults name the right element.
        shadow.RemoveHeaders.Add(name ?? "");
    }

    private static string AsList(string scalar)
    {
        var names = scalar.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length > 0 && names.All(HeaderNameRules.IsToken)
            ? $"[{string.Join(", ", names.Select(name => $"\"{name}\""))}]"
            : """a list of names, such as ["Cookie"]""";
    }
}
