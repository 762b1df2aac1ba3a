namespace ShadowMiddleware.Configuration;

/// <summary>Checks how the share of a shadow is drawn.</summary>
internal static class SamplingValidator
{
    public static void Check(string path, ShadowOptions shadow, ConfigurationFaults faults)
    {
        if (!SampleKey.TryParse(shadow.SampleBy, out _, out var fault))
        {
            faults.Add(
                OptionKeys.Join(path, nameof(shadow.SampleBy)),
                $"{SecretMask.Quote(shadow.SampleBy ?? "")}: {fault}"
            );
        }

        if (shadow.Salt is { Length: 0 })
        {
            faults.Add(
                OptionKeys.Join(path, nameof(shadow.Salt)),
                "it is empty; write the same text for the shadows that are to draw alike, or remove the key."
            );
        }
    }
}
