namespace ShadowMiddleware.Configuration;

/// <summary>Reads what is redacted. A slip here could send on what was to be hidden, so nothing is guessed.</summary>
internal static class RedactionSectionReader
{
    public static void Read(ObjectReader reader, string key, IList<string> list, string example)
    {
        var found = reader.Section(key);
        var path = reader.PathOf(key);
        var faults = reader.Faults;

        // [] arrives as an empty string.
        if (found.Value is { Length: > 0 } scalar)
        {
            faults.Add(
                path,
                $"a list is meant here, and the value {SecretMask.Quote(scalar)} was found; write [\"{example}\"]."
            );
            return;
        }

        var elements = found.GetChildren().ToArray();
        if (elements.Any(element => !ObjectReader.IsIndex(element.Key)))
        {
            faults.Add(path, $"a list is meant here, and an object was found; write [\"{example}\"].");
            return;
        }

        foreach (var element in elements)
        {
            if (element.GetChildren().Any())
            {
                faults.Add(
                    OptionKeys.Join(path, element.Key),
                    $"a single value is meant here, and a list or an object was found; write \"{example}\"."
                );
            }

            // What cannot be read takes its place all the same, so that later faults name the right element. A null is the validator's to refuse.
            list.Add(element.Value!);
        }
    }
}
