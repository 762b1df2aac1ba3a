using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Judging;
using ShadowMiddleware.Fuzzer.Plans;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>Foretells, from the contract alone, what has to become of a request for a shadow with a drawn configuration.</summary>
internal sealed class Prophet
{
    private readonly ChoiceModel _choices;

    public Prophet(StickyPlaces places) => _choices = new ChoiceModel(places);

    /// <param name="arrival">The request.</param>
    /// <param name="body">Its body; <see langword="null"/> when it is not known.</param>
    /// <param name="shadow">The shadow, with its plan.</param>
    public Foreseen Foresee(Arrival arrival, byte[]? body, DrawnShadow shadow)
    {
        if (shadow.Plan.IsOver)
        {
            return Foreseen.Only(Outcomes.Disabled);
        }

        var fate = Fates.Of(arrival, body);
        switch (fate)
        {
            case Fate.Loop:
                return Foreseen.Only(Outcomes.Loop);
            case Fate.Upgrade:
                return Foreseen.Only(Outcomes.Upgrade);
            case Fate.Hub:
                return Foreseen.Only(Outcomes.Hub);
            case Fate.Target:
                return Foreseen.Only(Outcomes.Target);
        }

        if (shadow.BasePath.Length > 0 && ClimbingModel.MayClimb(CopyModel.OriginForm(arrival.RawTarget).Split('?')[0]))
        {
            return Foreseen.Only(Outcomes.Target);
        }

        if (fate == Fate.Endpoint)
        {
            return Foreseen.Only(Outcomes.Endpoint);
        }

        var choice = _choices.Foresee(arrival, shadow);
        var outcomes = new HashSet<string>(choice.Skips, StringComparer.Ordinal);
        if (choice.MayBeChosen)
        {
            outcomes.UnionWith(OfChosen(fate, arrival, body, shadow, choice.Rule));
        }

        return new Foreseen(outcomes, choice.Key);
    }

    private static IEnumerable<string> OfChosen(
        Fate fate,
        Arrival arrival,
        byte[]? body,
        DrawnShadow shadow,
        RulePlan? rule
    )
    {
        // What is never copied is skipped for that, whatever the response; what the response leaves out is no loss.
        if (fate == Fate.Streaming)
        {
            return [Outcomes.Streaming];
        }

        var isKept = IsKept(arrival, shadow.Plan, rule);
        string[] outcomes = isKept == true ? [] : [Outcomes.ResponseStatus];
        if (fate == Fate.Grpc)
        {
            outcomes = [.. outcomes, Outcomes.Streaming];
        }

        return isKept == false ? outcomes : outcomes.Concat(OfKept(fate, arrival, body, shadow));
    }

    private static string[] OfKept(Fate fate, Arrival arrival, byte[]? body, DrawnShadow shadow)
    {
        switch (fate)
        {
            case Fate.Grpc:
                return [Outcomes.Failed, Outcomes.TransformFailed, .. Outcomes.NotWhole];
            case Fate.TooLong:
                return [Outcomes.TooLong];
            case Fate.NotWhole:
                return Outcomes.NotWhole;
            case Fate.CopiedOrLost:
                // Whether it can be sent does not matter here: it need not.
                return [Outcomes.Copied, Outcomes.TransformFailed, .. Outcomes.NotWhole];
        }

        var shaped = ShapingModel.Shape(arrival, body, shadow);

        // A transform may take away what cannot be sent, and so may the canonical form of a target.
        var isInexpressible = fate == Fate.Inexpressible;
        var mayMend = shadow.IsTransformed || shadow.Plan.PathFidelity == PathFidelity.Canonical;
        return shaped.MustFail || (isInexpressible && !mayMend) ? [Outcomes.TransformFailed]
            : shaped.MayFail || isInexpressible ? [Outcomes.Copied, Outcomes.TransformFailed]
            : [Outcomes.Copied];
    }

    // Null when nobody has seen the status.
    private static bool? IsKept(Arrival arrival, ShadowPlan plan, RulePlan? rule)
    {
        if (
            plan.HasWhenResponse && arrival[ChoiceFields.WhenResponse].ToString() is PlannedCode.No or PlannedCode.Throw
        )
        {
            return false;
        }

        return arrival.Status is { } status ? RuleModel.Keeps(rule, status) : null;
    }
}
