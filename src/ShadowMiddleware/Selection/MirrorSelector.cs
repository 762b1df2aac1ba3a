using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Http;

namespace ShadowMiddleware.Selection;

/// <summary>Decides which shadows receive a copy of a request, and counts the decision for every shadow.</summary>
internal sealed class MirrorSelector
{
    private readonly RequestSampler _sampler;
    private readonly IPressureProtection _protection;
    private readonly SelectionFaults _faults;
    private readonly TimeProvider _timeProvider;

    public MirrorSelector(
        ISampler random,
        IPressureProtection protection,
        SelectionFaults faults,
        TimeProvider timeProvider
    )
    {
        _sampler = new RequestSampler(random);
        _protection = protection;
        _faults = faults;
        _timeProvider = timeProvider;
    }

    /// <summary>Never throws: whatever the app has put in place of the server's features, each shadow counts the request once.</summary>
    /// <param name="context">The request. Not kept.</param>
    /// <param name="routes">The shadows.</param>
    public MirrorPlan Select(HttpContext context, ShadowRoutes routes)
    {
        var plan = default(MirrorPlan);
        var facts = default(RequestFacts);
        Exception? fault = null;
        try
        {
            facts = RequestFacts.Of(context, routes.Configuration);
        }
        catch (Exception exception)
        {
            fault = exception;
        }

        bool? givesWay = null;
        foreach (var route in routes.All)
        {
            var account = route.Dispatcher.Account;
            var chosen = route;
            if (SkipFor(context, ref chosen, facts, fault) is { } why)
            {
                account.Skip(why);
                continue;
            }

            // Nothing from here on belongs to the app, so that what is counted as accepted reaches the plan.
            account.Accept();

            // Once for all shadows: what one of them sees of a request, the others see too.
            givesWay ??= routes.Configuration.ProtectionEnabled && !_protection.TryAdmit();
            if (givesWay.Value)
            {
                account.Drop(DropReason.Pressure, RequestLine.Of(context));
                continue;
            }

            if (route.Dispatcher.TryAdmit() is { } refusal)
            {
                account.Drop(refusal, RequestLine.Of(context));
                continue;
            }

            plan.Add(chosen, routes.All);
        }

        return plan;
    }

    /// <summary>Counts for each shadow a request that nothing can be asked of.</summary>
    /// <param name="routes">The shadows.</param>
    /// <param name="fault">What asking has thrown.</param>
    public void Refuse(ShadowRoutes routes, Exception fault)
    {
        foreach (var route in routes.All)
        {
            route.Dispatcher.Account.Skip(Report(route, fault));
        }
    }

    /// <summary>What would become of a request for one shadow. Counts nothing and takes nothing.</summary>
    /// <param name="context">The request. Not kept.</param>
    /// <param name="route">The shadow, of <paramref name="configuration"/>.</param>
    /// <param name="configuration">The configuration that would decide.</param>
    public Decision Foresee(HttpContext context, ShadowRoute route, MirroringConfiguration configuration)
    {
        var facts = RequestFacts.Of(context, configuration);
        var endpointPercent = facts.Endpoint.PercentFor(route.Configuration.Name);
        var rule =
            endpointPercent is null && route.Configuration.Choice is { } choice
                ? RuleMatcher.TryFind(context, choice.Rules)
                : null;
        var percent = 0.0;
        var skip = IsOver(route)
            ? SkipReason.Disabled
            : facts.Skip ?? ExclusionOf(context, ref route, facts, faults: null, out percent);
        if (skip is null)
        {
            percent = _sampler.Chance(context, route.Configuration, percent);
            skip = percent <= 0 ? SkipReason.NotSampled : null;
        }

        return new Decision(skip, skip is null ? percent : 0, endpointPercent is not null, rule);
    }

    private bool IsOver(ShadowRoute route) =>
        route.Configuration.Until is { } until && _timeProvider.GetUtcNow() >= until;

    private SkipReason? SkipFor(HttpContext context, ref ShadowRoute route, in RequestFacts facts, Exception? fault)
    {
        try
        {
            if (IsOver(route))
            {
                return SkipReason.Disabled;
            }

            if (fault is not null)
            {
                return Report(route, fault);
            }

            return facts.Skip
                ?? ExclusionOf(context, ref route, facts, _faults, out var percent)
                ?? (_sampler.Draw(context, route.Configuration, percent) ? null : SkipReason.NotSampled);
        }
        catch (Exception exception)
        {
            return Report(route, exception);
        }
    }

    private SkipReason Report(ShadowRoute route, Exception fault)
    {
        _faults.Report(route.Configuration.Name, SkipReason.Rule, fault);
        return SkipReason.Rule;
    }

    // In the order of the contract, which is part of what the counts mean. Faults are reported once for each shadow, so that the first has to be a request's.
    private static SkipReason? ExclusionOf(
        HttpContext context,
        ref ShadowRoute route,
        in RequestFacts facts,
        SelectionFaults? faults,
        out double percent
    )
    {
        percent = 0;
        if (route.HasAddressPath && TargetPath.MayClimb(RequestSnapshot.TargetOf(context)))
        {
            return SkipReason.Target;
        }

        var endpointPercent = facts.Endpoint.PercentFor(route.Configuration.Name);
        if (endpointPercent is <= 0)
        {
            return SkipReason.Endpoint;
        }

        if (
            facts.IsWrite
            && route.Configuration.Writes == WritePolicy.Skip
            && !facts.Endpoint.IsRead
            && (endpointPercent is not null || !IsReadByRule(context, route.Configuration.Choice))
        )
        {
            return SkipReason.Writes;
        }

        var control = route.Dispatcher.Control;
        if (control.IsPaused)
        {
            return SkipReason.Paused;
        }

        percent = endpointPercent ?? route.Configuration.Percent;
        if (
            route.Configuration.Choice is { } choice
            && !IsChosen(context, ref route, choice, ref percent, endpointPercent is null, faults)
        )
        {
            return SkipReason.Rule;
        }

        percent = Math.Min(percent, control.Ceiling);
        return null;
    }

    // The rule is looked for twice, here and where it decides on the percent: only for writes of a shadow that gets none.
    // A request that cannot be looked at stays a write.
    private static bool IsReadByRule(HttpContext context, ChoiceConfiguration? choice) =>
        choice is not null
        && RuleMatcher.TryFind(context, choice.Rules) is { } index
        && choice.Rules[index].TreatAsRead;

    // Code of the app's runs in here, and what it throws must not become a fault of the request.
    private static bool IsChosen(
        HttpContext context,
        ref ShadowRoute route,
        ChoiceConfiguration choice,
        ref double percent,
        bool byRules,
        SelectionFaults? faults
    )
    {
        try
        {
            if (byRules && RuleMatcher.Find(context, choice.Rules) is >= 0 and var index)
            {
                if (choice.Rules[index].Percent is { } own)
                {
                    percent = own;
                    if (own <= 0)
                    {
                        return false;
                    }
                }

                route = route.ByRule(index);
            }

            foreach (var predicate in choice.When)
            {
                if (!predicate(context))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception exception)
        {
            faults?.Report(route.Configuration.Name, SkipReason.Rule, exception);
            return false;
        }
    }
}
