using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Plans;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>Foretells whether a request is chosen for a shadow, in the order of the contract.</summary>
internal sealed class ChoiceModel
{
    private static readonly string[] Safe =
    [
        "GET",
        "HEAD",
        "OPTIONS",
        "TRACE",
        "QUERY",
        "PROPFIND",
        "REPORT",
        "SEARCH",
    ];

    private readonly StickyPlaces _places;

    public ChoiceModel(StickyPlaces places) => _places = places;

    public Choice Foresee(Arrival arrival, DrawnShadow shadow)
    {
        var plan = shadow.Plan;
        if (MarkedEndpoint.PercentFor(arrival, shadow.Name) is 0)
        {
            return Choice.Skipped(Outcomes.Endpoint);
        }

        if (
            plan.Writes == WritePolicy.Skip
            && !Safe.Contains(arrival.Method, StringComparer.OrdinalIgnoreCase)
            && !MarkedEndpoint.Is(arrival, MarkedEndpoint.Read)
            && !(
                MarkedEndpoint.PercentFor(arrival, shadow.Name) is null
                && RuleModel.Find(arrival, plan) is { TreatAsRead: true }
            )
        )
        {
            return Choice.Skipped(Outcomes.Writes);
        }

        var control = plan.Control;
        return control switch
        {
            { PauseFlips: true } => Decide(arrival, shadow).Or(Outcomes.Paused),
            { IsPaused: true } => Choice.Skipped(Outcomes.Paused),
            _ => Decide(arrival, shadow),
        };
    }

    private Choice Decide(Arrival arrival, DrawnShadow shadow)
    {
        var plan = shadow.Plan;
        var own = MarkedEndpoint.PercentFor(arrival, shadow.Name);
        var rule = own is null ? RuleModel.Find(arrival, plan) : null;
        if (
            rule?.Percent is 0
            || (plan.HasWhen && arrival[ChoiceFields.When].ToString() is PlannedCode.No or PlannedCode.Throw)
        )
        {
            return Choice.Skipped(Outcomes.Rule);
        }

        var percent = own ?? rule?.Percent ?? plan.Percent;
        var low = Draw(arrival, shadow, rule, Math.Min(percent, plan.Control.Ceiling));
        return plan.Control.CeilingFlips ? low.Or(Draw(arrival, shadow, rule, percent)) : low;
    }

    private Choice Draw(Arrival arrival, DrawnShadow shadow, RulePlan? rule, double percent)
    {
        if (percent is 0 or 100)
        {
            return Of(percent > 0);
        }

        if (shadow.Plan.SampleBy == "TraceId")
        {
            return Of(TraceModel.Find(arrival, percent));
        }

        var value = KeyModel.Find(arrival, shadow.Plan.SampleBy);
        if (value.Length == 0)
        {
            return Of(null);
        }

        var key = new StickyKey(shadow.Plan.Salt ?? shadow.Name, value, percent);
        return Of(_places.Find(key)) with { Key = key };

        Choice Of(bool? isIn) =>
            isIn switch
            {
                true => Choice.Chosen(rule),
                false => Choice.Skipped(Outcomes.NotSampled),
                null => Choice.Chosen(rule).Or(Outcomes.NotSampled),
            };
    }
}
