using ShadowMiddleware.Configuration.Keys;

namespace ShadowMiddleware.Configuration;

/// <summary>Reads the rules of a shadow.</summary>
internal static class RuleSectionReader
{
    private const string RulesMend = """write [{ "Paths": ["/orders/{id}"], "Percent": 50 }].""";
    private const string RuleMend = """write { "Paths": ["/orders/{id}"], "Percent": 50 }.""";

    public static void Read(ObjectReader reader, ShadowOptions shadow)
    {
        var key = reader.PathOf(nameof(shadow.Rules));
        var rules = reader.Section(nameof(shadow.Rules));
        foreach (var element in RuleListReader.Elements(rules, key, RulesMend, reader.Faults))
        {
            // What cannot be read takes its place all the same, so that later faults name the right rule.
            var rule = new MirroringRule();
            shadow.Rules.Add(rule);
            RuleKeys.Table.Read(element, OptionKeys.Join(key, element.Key), RuleMend, rule, reader.Faults);
        }
    }

    public static void ReadValues(ObjectReader reader, string key, string mend, IDictionary<string, string> values)
    {
        foreach (var found in reader.Object(key, mend, isSecret: true))
        {
            if (found.GetChildren().Any())
            {
                reader.Faults.Add(
                    OptionKeys.ForHeader(reader.PathOf(key), found.Key),
                    "a single value is meant here, and a list or an object was found; write one value."
                );
            }

            // A null is taken over as well, and the validator refuses it: ignored, the rule would be for more requests than it says.
            values[found.Key] = found.Value!;
        }
    }
}
