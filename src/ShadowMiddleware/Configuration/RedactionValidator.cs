using System.Globalization;

namespace ShadowMiddleware.Configuration;

/// <summary>Checks what is redacted. The same name or pointer twice does no harm.</summary>
internal static class RedactionValidator
{
    public static void CheckQuery(string path, ShadowOptions shadow, ConfigurationFaults faults) =>
        CheckNames(OptionKeys.Join(path, nameof(shadow.RedactQuery)), shadow.RedactQuery, "a query parameter", faults);

    public static void CheckForm(string path, ShadowOptions shadow, ConfigurationFaults faults) =>
        CheckNames(OptionKeys.Join(path, nameof(shadow.RedactForm)), shadow.RedactForm, "a form field", faults);

    public static void CheckJson(string path, ShadowOptions shadow, ConfigurationFaults faults) =>
        CheckPointers(OptionKeys.Join(path, nameof(shadow.RedactJson)), shadow.RedactJson, faults);

    private static void CheckNames(string path, IList<string> names, string meant, ConfigurationFaults faults)
    {
        for (var index = 0; index < names.Count; index++)
        {
            var name = names[index];
            if (string.IsNullOrEmpty(name))
            {
                faults.Add(KeyOf(path, index), $"it is empty; write the name of {meant}, or remove the entry.");
            }
            else if (Wildcards.FindInName(name, SecretMask.Quote(name), meant, "AddTransform") is { } wildcard)
            {
                faults.Add(KeyOf(path, index), wildcard);
            }
        }
    }

    private static void CheckPointers(string path, IList<string> pointers, ConfigurationFaults faults)
    {
        for (var index = 0; index < pointers.Count; index++)
        {
            if (pointers[index] is not { } text)
            {
                faults.Add(KeyOf(path, index), $"it is null; {JsonPointer.Mend}");
            }
            else if (!JsonPointer.TryParse(text, out _, out var fault))
            {
                faults.Add(KeyOf(path, index), $"{SecretMask.Quote(text)}: {fault}");
            }
        }
    }

    private static string KeyOf(string path, int index) =>
        OptionKeys.Join(path, index.ToString(CultureInfo.InvariantCulture));
}
