namespace ShadowMiddleware.Configuration;

/// <summary>Compiles which requests are copied, beyond a share of all.</summary>
internal static class RuleCompiler
{
    /// <returns><see langword="null"/> when a share is all there is.</returns>
    public static ChoiceConfiguration? Compile(ShadowOptions shadow) =>
        shadow.Rules.Count + shadow.RequestPredicates.Count + shadow.ResponsePredicates.Count == 0
            ? null
            : new()
            {
                Rules = [.. shadow.Rules.Select(Compile)],
                HasReads = shadow.Rules.Any(rule => rule.TreatAsRead),
                When = [.. shadow.RequestPredicates],
                WhenResponse = [.. shadow.ResponsePredicates],
            };

    /// <summary>Whether nothing gets through but what a rule with hosts has matched.</summary>
    public static bool BoundsHosts(ShadowOptions shadow)
    {
        foreach (var rule in shadow.Rules)
        {
            if ((rule.Percent ?? shadow.Percent) > 0 && rule.Hosts.Count == 0)
            {
                return false;
            }

            // It is the last, and nothing passes it.
            if (!RuleValidator.HasConditions(rule))
            {
                return true;
            }
        }

        return shadow.Rules.Count > 0 && shadow.Percent <= 0;
    }

    private static RuleConfiguration Compile(MirroringRule rule) =>
        new()
        {
            Methods = [.. rule.Methods],
            Hosts = [.. rule.Hosts.Select(ParseHost)],
            Paths = [.. rule.Paths.Select(ParsePath)],
            Headers = [.. rule.Headers],
            Query = [.. rule.Query],
            Percent = rule.Percent,
            TreatAsRead = rule.TreatAsRead,
            ResponseStatus = rule.ResponseStatus.Count > 0 ? new StatusSet(rule.ResponseStatus) : null,
        };

    private static HostPattern ParseHost(string text) =>
        HostPattern.TryParse(text, out var pattern, out var fault) ? pattern : throw Unchecked(fault);

    private static PathPattern ParsePath(string text) =>
        PathPattern.TryParse(text, out var pattern, out var fault) ? pattern : throw Unchecked(fault);

    private static InvalidOperationException Unchecked(string fault) =>
        new($"Options are compiled after they were checked, and yet: {fault}");
}
