using System.Globalization;

namespace ShadowMiddleware.Configuration;

/// <summary>Checks what a shadow's copies leave out and carry on top. A field may be in both: removal comes first.</summary>
internal static class HeaderValidator
{
    public static void CheckRemoved(string path, ShadowOptions shadow, string? tagHeader, ConfigurationFaults faults)
    {
        var removePath = OptionKeys.Join(path, nameof(shadow.RemoveHeaders));
        for (var index = 0; index < shadow.RemoveHeaders.Count; index++)
        {
            var key = OptionKeys.Join(removePath, index.ToString(CultureInfo.InvariantCulture));
            CheckName(key, shadow.RemoveHeaders[index], tagHeader, faults);
        }
    }

    public static void CheckSet(string path, ShadowOptions shadow, string? tagHeader, ConfigurationFaults faults)
    {
        var setPath = OptionKeys.Join(path, nameof(shadow.SetHeaders));
        CheckSpellings(setPath, shadow.SetHeaders.Keys, faults);
        foreach (var (name, value) in shadow.SetHeaders)
        {
            var key = OptionKeys.ForHeader(setPath, name);
            CheckName(key, name, tagHeader, faults);
            if (value is null)
            {
                faults.Add(key, "its value is null; write a value, which may be empty, or remove the entry.");
            }
            else if (!HeaderNameRules.IsValue(value))
            {
                faults.Add(
                    key,
                    $"the value {SecretMask.Mask} holds a line break or another control character; remove it."
                );
            }
        }
    }

    private static void CheckName(string key, string? name, string? tagHeader, ConfigurationFaults faults)
    {
        if (string.IsNullOrEmpty(name))
        {
            faults.Add(key, "it is empty; write the name of a header, or remove the entry.");
        }
        else if (!HeaderNameRules.IsToken(name))
        {
            faults.Add(
                key,
                $"{SecretMask.QuoteName(name)} is not the name of a header; write one name alone, such as Cookie."
            );
        }
        else if (Wildcards.FindInName(name, SecretMask.QuoteName(name), "a header", "AddTransform") is { } wildcard)
        {
            faults.Add(key, wildcard);
        }
        else if (string.Equals(name, tagHeader, StringComparison.OrdinalIgnoreCase))
        {
            faults.Add(
                key,
                $"{SecretMask.QuoteName(name)} is the tag, which every copy carries; remove it here, or change TagHeader."
            );
        }
        else if (ReservedHeaders.IsReserved(name))
        {
            faults.Add(
                key,
                $"{SecretMask.QuoteName(name)} belongs to the connection or to the framing, which each copy has of its own; remove it here."
            );
        }
    }

    private static void CheckSpellings(string path, ICollection<string> names, ConfigurationFaults faults)
    {
        foreach (
            var spellings in names
                .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
                .Where(group => group.Skip(1).Any())
        )
        {
            faults.Add(
                OptionKeys.ForHeader(path, spellings.Key),
                $"{string.Join(" and ", spellings.Select(SecretMask.QuoteName))} differ only in case, and names of headers ignore it; remove one."
            );
        }
    }
}
