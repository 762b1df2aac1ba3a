using Microsoft.Extensions.Configuration;

namespace ShadowMiddleware.Configuration;

/// <summary>Reads the rules of a shadow.</summary>
internal static class RuleSectionReader
{
    public const string MethodsMend = """write ["GET", "HEAD"].""";
    public const string HostsMend = """write ["shop.example.com", "*.example.com"].""";
    public const string PathsMend = """write ["/orders/{id}", "/catalog/{**rest}"].""";
    public const string StatusMend = """write ["2xx", "404"].""";
    private const string RulesMend = """write [{ "Paths": ["/orders/{id}"], "Percent": 50 }].""";
    private const string RuleMend = """write { "Paths": ["/orders/{id}"], "Percent": 50 }.""";

    public static void Read(
        IConfigurationSection section,
        string path,
        ShadowOptions shadow,
        ConfigurationFaults faults
    )
    {
        var key = OptionKeys.Join(path, nameof(shadow.Rules));
        var rules = section.GetSection(nameof(shadow.Rules));
        foreach (var element in RuleListReader.Elements(rules, key, RulesMend, faults))
        {
            // What cannot be read takes its place all the same, so that later faults name the right rule.
            var rule = new MirroringRule();
            shadow.Rules.Add(rule);
            ReadRule(element, OptionKeys.Join(key, element.Key), rule, faults);
        }
    }

    private static void ReadRule(
        IConfigurationSection section,
        string path,
        MirroringRule rule,
        ConfigurationFaults faults
    )
    {
        if (!ObjectReader.CheckObject(section, path, RuleMend, faults))
        {
            return;
        }

        UnknownKeys.Check(section, path, OptionKeys.Rule, faults);

        var reader = new ObjectReader(section, path, faults);
        Texts(nameof(rule.Methods), MethodsMend, rule.Methods);
        Texts(nameof(rule.Hosts), HostsMend, rule.Hosts);
        Texts(nameof(rule.Paths), PathsMend, rule.Paths);
        ReadValues(reader, nameof(rule.Headers), """write { "X-Beta": "1" }.""", rule.Headers, faults);
        ReadValues(reader, nameof(rule.Query), """write { "preview": "true" }.""", rule.Query, faults);
        reader.Double(nameof(rule.Percent), OptionBounds.Percent, value => rule.Percent = value);
        Texts(nameof(rule.ResponseStatus), StatusMend, rule.ResponseStatus);

        void Texts(string key, string mend, IList<string> texts) =>
            RuleListReader.Texts(section.GetSection(key), reader.PathOf(key), mend, texts, faults);
    }

    private static void ReadValues(
        ObjectReader reader,
        string key,
        string mend,
        IDictionary<string, string> values,
        ConfigurationFaults faults
    )
    {
        foreach (var found in reader.Object(key, mend, isSecret: true))
        {
            if (found.GetChildren().Any())
            {
                faults.Add(
                    OptionKeys.ForHeader(reader.PathOf(key), found.Key),
                    "a single value is meant here, and a list or an object was found; write one value."
                );
            }

            // A null is taken over as well, and the validator refuses it: ignored, the rule would be for more requests than it says.
            values[found.Key] = found.Value!;
        }
    }
}
