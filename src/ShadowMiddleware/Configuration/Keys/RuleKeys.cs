using Key = ShadowMiddleware.Configuration.Keys.OptionKey<ShadowMiddleware.MirroringRule>;

namespace ShadowMiddleware.Configuration.Keys;

/// <summary>The keys of one of a shadow's <c>Rules</c>.</summary>
internal static class RuleKeys
{
    public static readonly Bound<double> Percent = new(0, 100, "a number from 0 to 100, such as 12.5");

    private const string MethodsMend = """write ["GET", "HEAD"].""";
    private const string HostsMend = """write ["shop.example.com", "*.example.com"].""";
    private const string PathsMend = """write ["/orders/{id}", "/catalog/{**rest}"].""";
    private const string StatusMend = """write ["2xx", "404"].""";

    public static readonly OptionTable<MirroringRule> Table = new(
        "Rule",
        "to one of a shadow's Rules",
        [
            Texts(
                nameof(MirroringRule.Methods),
                "Each stands for itself alone: `GET` is not `HEAD`",
                "registered methods, in upper case",
                rule => rule.Methods,
                MethodsMend,
                RuleMethods.FindFault
            ),
            Texts(
                nameof(MirroringRule.Hosts),
                "Without a port, which does not count. `*.example.com` is any name below `example.com`, at any depth, and not that name itself. Case is ignored, IPv6 stands in brackets, a trailing dot makes another name",
                "names, `*.` and a name, IP addresses",
                rule => rule.Hosts,
                HostsMend,
                host => HostPattern.TryParse(host, out _, out var fault) ? null : $"{SecretMask.Quote(host)}: {fault}"
            ),
            Texts(
                nameof(MirroringRule.Paths),
                "Matched as routing does: against the decoded path behind `PathBase`, ignoring case and one slash at the end. A segment is text or one parameter. Constraints are routing's own without `regex`, and not for the rest of a path (`{**rest}`)",
                "route patterns",
                rule => rule.Paths,
                PathsMend,
                path =>
                    PathPattern.TryParse(path, out _, out var fault) ? null : $"'{SecretMask.Escape(path)}': {fault}"
            ),
            Values(
                nameof(MirroringRule.Headers),
                "Each must be there with that value, case and all. Of a repeated field one line is enough; a line is compared as a whole, commas included. There are no wildcards: that a field is there is a condition for `When` in code",
                "header names and values",
                rule => rule.Headers,
                """write { "X-Beta": "1" }.""",
                (path, rule, whole, faults) => RuleValidator.CheckHeaders(path, rule, whole.TagHeader, faults)
            ),
            Values(
                nameof(MirroringRule.Query),
                "Each must be there with that decoded value, case and all. Of a repeated parameter one value is enough. There are no wildcards, as in `Headers`",
                "parameters and values",
                rule => rule.Query,
                """write { "preview": "true" }.""",
                (path, rule, _, faults) => RuleValidator.CheckQuery(path, rule, faults)
            ),
            Key.Number(
                nameof(MirroringRule.Percent),
                "The share of the requests that the rule decides on. `null` is that of the shadow. `0` leaves them out, as `rule`",
                Percent,
                rule => rule.Percent,
                (rule, value) => rule.Percent = value
            ),
            Key.Flag(
                nameof(MirroringRule.TreatAsRead),
                "Whether the requests that the rule decides on count as reads for `Writes`, whatever their method: for searches and queries that use POST",
                rule => rule.TreatAsRead,
                (rule, value) => rule.TreatAsRead = value
            ),
            Texts(
                nameof(MirroringRule.ResponseStatus),
                "Checked when the app is done, on the rule that decided; other responses make no copy, as `response_status`",
                "`100` to `599`, and `1xx` to `5xx`",
                rule => rule.ResponseStatus,
                StatusMend,
                status =>
                    StatusSet.IsStatus(status) ? null : $"{SecretMask.Quote(status)} is no status; {StatusSet.Mend}"
            ),
        ]
    );

    private static Key Texts(
        string name,
        string meaning,
        string range,
        Func<MirroringRule, IList<string>> get,
        string mend,
        Func<string, string?> findFault
    ) =>
        new(
            name,
            OptionKind.Texts,
            meaning,
            get,
            (reader, rule) =>
                RuleListReader.Texts(reader.Section(name), reader.PathOf(name), mend, get(rule), reader.Faults)
        )
        {
            Range = range,
            Rule = (path, rule, _, faults) =>
                RuleValidator.CheckTexts(OptionKeys.Join(path, name), get(rule), mend, findFault, faults),
        };

    private static Key Values(
        string name,
        string meaning,
        string range,
        Func<MirroringRule, IDictionary<string, string>> get,
        string mend,
        OptionCheck<MirroringRule> check
    ) =>
        new(
            name,
            OptionKind.Values,
            meaning,
            get,
            (reader, rule) => RuleSectionReader.ReadValues(reader, name, mend, get(rule))
        )
        {
            Range = range,
            Rule = check,
        };
}
