using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;

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

    public MirrorPlan Select(HttpContext context, ShadowRoutes routes)
    {
        var plan = default(MirrorPlan);
        var reason = routes.Configuration.Enabled
            ? RequestGuards.Examine(context, routes.Configuration.TagHeader)
            : SkipReason.Disabled;
        var isWrite = RequestGuards.IsWrite(context.Request.Method);
        var endpoint = reason is null && EndpointMetadataUse.Exists ? EndpointChoice.Of(context) : default;

        bool? givesWay = null;

        // Nothing below can throw: what was counted as accepted reaches the plan.
        foreach (var route in routes.All)
        {
            var account = route.Dispatcher.Account;
            var chosen = route;
            var skip = IsOver(route)
                ? SkipReason.Disabled
                : reason ?? SkipFor(context, ref chosen, isWrite, endpoint.PercentFor(route.Configuration.Name));
            if (skip is { } why)
            {
                account.Skip(why);
                continue;
            }

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

    /// <summary>What would become of a request for one shadow. Counts nothing and takes nothing.</summary>
    /// <param name="context">The request. Not kept.</param>
    /// <param name="route">The shadow, of <paramref name="configuration"/>.</param>
    /// <param name="configuration">The configuration that would decide.</param>
    public Decision Foresee(HttpContext context, ShadowRoute route, MirroringConfiguration configuration)
    {
        var endpointPercent = EndpointMetadataUse.Exists
            ? EndpointChoice.Of(context).PercentFor(route.Configuration.Name)
            : null;
        var rule =
            endpointPercent is null && route.Configuration.Choice is { } choice
                ? RuleMatcher.TryFind(context, choice.Rules)
                : null;
        var percent = 0.0;
        var skip =
            !configuration.Enabled || IsOver(route)
                ? SkipReason.Disabled
                : RequestGuards.Examine(context, configuration.TagHeader)
                    ?? ExclusionOf(
                        context,
                        ref route,
                        RequestGuards.IsWrite(context.Request.Method),
                        endpointPercent,
                        faults: null,
                        out percent
                    );
        if (skip is null)
        {
            percent = _sampler.Chance(context, route.Configuration, percent);
            skip = percent <= 0 ? SkipReason.NotSampled : null;
        }

        return new Decision(skip, skip is null ? percent : 0, endpointPercent is not null, rule);
    }

    private bool IsOver(ShadowRoute route) =>
        route.Configuration.Until is { } until && _timeProvider.GetUtcNow() >= until;

    private SkipReason? SkipFor(HttpContext context, ref ShadowRoute route, bool isWrite, double? endpointPercent)
    {
        if (ExclusionOf(context, ref route, isWrite, endpointPercent, _faults, out var percent) is { } reason)
        {
            return reason;
        }

        return _sampler.Draw(context, route.Configuration, percent) ? null : SkipReason.NotSampled;
    }

    // In the order of the contract, which is part of what the counts mean. Faults are reported once for each shadow, so that the first has to be a request's.
    private static SkipReason? ExclusionOf(
        HttpContext context,
        ref ShadowRoute route,
        bool isWrite,
        double? endpointPercent,
        SelectionFaults? faults,
        out double percent
    )
    {
        percent = 0;
        if (endpointPercent is <= 0)
        {
            return SkipReason.Endpoint;
        }

        if (isWrite && route.Configuration.Writes == WritePolicy.Skip)
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
