namespace ShadowMiddleware.Configuration;

/// <summary>Checks how the share of a shadow is drawn.</summary>
internal static class SamplingValidator
{
    public static void CheckKey(string path, ShadowOptions shadow, string? tagHeader, ConfigurationFaults faults)
    {
        if (!SampleKey.TryParse(shadow.SampleBy, out var key, out var fault))
        {
            faults.Add(
                OptionKeys.Join(path, nameof(shadow.SampleBy)),
                $"{SecretMask.Quote(shadow.SampleBy ?? "")}: {fault}"
            );
        }
        else if (
            key.Kind == SampleKeyKind.Header
            && string.Equals(key.Name, tagHeader, StringComparison.OrdinalIgnoreCase)
        )
        {
            faults.Add(
                OptionKeys.Join(path, nameof(shadow.SampleBy)),
                $"{SecretMask.Quote(shadow.SampleBy)} is the tag, and requests that carry it are never copied; {SampleKey.Mend}"
            );
        }
    }

    public static void CheckSalt(string path, ShadowOptions shadow, ConfigurationFaults faults)
    {
        if (shadow.Salt is { Length: 0 })
        {
            faults.Add(
                OptionKeys.Join(path, nameof(shadow.Salt)),
                "it is empty; write the same text for the shadows that are to draw alike, or remove the key."
            );
        }
    }
}
