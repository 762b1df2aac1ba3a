using System.Globalization;
using ShadowMiddleware.Configuration.Keys;

namespace ShadowMiddleware.Configuration;

/// <summary>Checks the rules of a shadow, and that each of them can decide something.</summary>
internal static class RuleValidator
{
    public static void Check(
        string path,
        ShadowOptions shadow,
        TrafficMirroringOptions whole,
        ConfigurationFaults faults
    )
    {
        var rulesPath = OptionKeys.Join(path, nameof(shadow.Rules));
        var last = shadow.Rules.Count - 1;
        for (var index = 0; index <= last; index++)
        {
            var key = ForIndex(rulesPath, index);
            if (shadow.Rules[index] is not { } rule)
            {
                faults.Add(key, "it is null; give it a condition or a percent, or remove it.");
                continue;
            }

            RuleKeys.Table.Check(key, rule, whole, faults);

            // A condition that could not be read is missing as a consequence, and a misspelt one is there under another name.
            if (HasConditions(rule) || faults.HasWithin(key))
            {
                continue;
            }

            if (rule.Percent is null && rule.ResponseStatus.Count == 0 && !rule.TreatAsRead)
            {
                faults.Add(key, "it says nothing; give it a condition or a percent, or remove it.");
            }
            else if (index < last)
            {
                faults.Add(
                    key,
                    "it has no condition, so that no rule behind it ever decides; move it to the end, or give it a condition."
                );
            }
        }
    }

    public static bool HasConditions(MirroringRule rule) =>
        rule.Methods.Count > 0
        || rule.Hosts.Count > 0
        || rule.Paths.Count > 0
        || rule.Headers.Count > 0
        || rule.Query.Count > 0;

    public static void CheckTexts(
        string path,
        IList<string> texts,
        string mend,
        Func<string, string?> findFault,
        ConfigurationFaults faults
    )
    {
        for (var index = 0; index < texts.Count; index++)
        {
            var text = texts[index];
            var fault = string.IsNullOrEmpty(text) ? $"it is empty; {mend}" : findFault(text);
            if (fault is not null)
            {
                faults.Add(ForIndex(path, index), fault);
            }
        }
    }

    public static void CheckHeaders(string rulePath, MirroringRule rule, string? tagHeader, ConfigurationFaults faults)
    {
        var path = OptionKeys.Join(rulePath, nameof(rule.Headers));
        CheckSpellings(path, rule.Headers.Keys, faults);
        foreach (var (name, value) in rule.Headers)
        {
            var key = OptionKeys.ForHeader(path, name);
            if (!HeaderNameRules.IsToken(name))
            {
                faults.Add(
                    key,
                    $"{SecretMask.QuoteName(name)} is not the name of a header; write one name alone, such as X-Beta."
                );
            }
            else if (Wildcards.FindInName(name, SecretMask.QuoteName(name), "a header", "When") is { } wildcard)
            {
                faults.Add(key, wildcard);
            }
            else if (string.Equals(name, tagHeader, StringComparison.OrdinalIgnoreCase))
            {
                faults.Add(
                    key,
                    $"{SecretMask.QuoteName(name)} is the tag, and requests that carry it are never copied; remove it here."
                );
            }

            CheckValue(key, value, faults);
            if (value is not null && !HeaderNameRules.IsFieldValue(value))
            {
                faults.Add(
                    key,
                    $"no field has the value {SecretMask.Mask}, with a blank at an end or with a control character in it; remove that."
                );
            }
        }
    }

    public static void CheckQuery(string rulePath, MirroringRule rule, ConfigurationFaults faults)
    {
        var path = OptionKeys.Join(rulePath, nameof(rule.Query));
        CheckSpellings(path, rule.Query.Keys, faults);
        foreach (var (name, value) in rule.Query)
        {
            var key = OptionKeys.ForHeader(path, name);
            if (Wildcards.FindInName(name, SecretMask.QuoteName(name), "a parameter", "When") is { } wildcard)
            {
                faults.Add(key, wildcard);
            }

            CheckValue(key, value, faults);
        }
    }

    private static void CheckValue(string key, string? value, ConfigurationFaults faults)
    {
        if (value is null)
        {
            faults.Add(key, "its value is null; write a value, which may be empty, or remove the entry.");
        }
        else if (Wildcards.FindInValue(value) is { } wildcard)
        {
            faults.Add(key, wildcard);
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
                $"{string.Join(" and ", spellings.Select(SecretMask.QuoteName))} differ only in case, and names ignore it; remove one."
            );
        }
    }

    private static string ForIndex(string path, int index) =>
        OptionKeys.Join(path, index.ToString(CultureInfo.InvariantCulture));
}
