using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Plans;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>Which rule decides on a request, and which responses it keeps.</summary>
internal static class RuleModel
{
    public static RulePlan? Find(Arrival arrival, ShadowPlan plan) =>
        plan.Rules.FirstOrDefault(rule =>
            Any(rule.Methods, method => method == arrival.Method)
            && Any(rule.Hosts, host => IsHost(host, HostModel.Of(arrival)))
            && Any(rule.Paths, path => PathPlan.Matches(path, arrival.Path))
            && (rule.Field is null || arrival[ChoiceFields.Rule].Contains(rule.Field))
            && (rule.Preview is null || IsPreview(arrival.Query, rule.Preview))
        );

    /// <summary>Whether a status keeps the copy.</summary>
    public static bool Keeps(RulePlan? rule, int status) =>
        Any(
            rule?.ResponseStatus ?? [],
            one => status.ToString(CultureInfo.InvariantCulture) is var text && (one == text || one == $"{text[0]}xx")
        );

    private static bool Any(IReadOnlyList<string> conditions, Func<string, bool> holds) =>
        conditions.Count == 0 || conditions.Any(holds);

    private static bool IsHost(string pattern, string host)
    {
        var port = host.LastIndexOf(':');
        var name = port > host.LastIndexOf(']') ? host[..port] : host;
        return pattern.StartsWith("*.", StringComparison.Ordinal)
            ? name.Length > pattern.Length - 1 && name.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
            : name.Equals(pattern, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsPreview(string query, string value) =>
        QueryHelpers.ParseQuery(query).TryGetValue("preview", out var values) && values.Contains(value);
}
