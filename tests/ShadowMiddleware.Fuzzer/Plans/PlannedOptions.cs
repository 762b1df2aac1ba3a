using ShadowMiddleware.Fuzzer.Apps;

namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>A plan as options.</summary>
internal static class PlannedOptions
{
    /// <summary>Puts a plan on top of options that lose nothing.</summary>
    public static ShadowOptions Apply(ShadowPlan plan, ShadowOptions options)
    {
        options.Percent = plan.Percent;
        options.SampleBy = plan.SampleBy;
        options.Salt = plan.Salt;
        options.Until = plan.Until;
        options.Writes = plan.Writes;
        options.HostHeader = plan.HostHeader;
        options.HostHeaderTemplate = plan.HostHeaderTemplate;
        options.ForwardedHeaders = plan.ForwardedHeaders;
        options.PathFidelity = plan.PathFidelity;
        options.MaxRequestsPerSecond = plan.MaxRequestsPerSecond;
        options.RewritePath = plan.RewritePath is { } rewrite
            ? new PathRewriteOptions { Pattern = rewrite.Pattern, Replacement = rewrite.Replacement }
            : null;
        AddAll(options.Rules, plan.Rules.Select(Create));
        AddAll(options.RemoveHeaders, plan.RemoveHeaders);
        AddAll(options.RedactQuery, plan.RedactQuery);
        AddAll(options.RedactForm, plan.RedactForm);
        AddAll(options.RedactJson, plan.RedactJson);
        foreach (var (name, value) in plan.SetHeaders)
        {
            options.SetHeaders.Add(name, value);
        }

        if (plan.HasWhen)
        {
            options.When(PlannedCode.When);
        }

        if (plan.HasWhenResponse)
        {
            options.WhenResponse(PlannedCode.WhenResponse);
        }

        return options;
    }

    private static MirroringRule Create(RulePlan plan)
    {
        var rule = new MirroringRule { Percent = plan.Percent, TreatAsRead = plan.TreatAsRead };
        AddAll(rule.Methods, plan.Methods);
        AddAll(rule.Hosts, plan.Hosts);
        AddAll(rule.Paths, plan.Paths);
        AddAll(rule.ResponseStatus, plan.ResponseStatus);
        if (plan.Field is { } field)
        {
            rule.Headers.Add(ChoiceFields.Rule, field);
        }

        if (plan.Preview is { } preview)
        {
            rule.Query.Add("preview", preview);
        }

        return rule;
    }

    private static void AddAll<T>(IList<T> to, IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            to.Add(item);
        }
    }
}
