using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Selection;

/// <summary>Decides which shadows receive a copy of a request, and counts the decision for every shadow.</summary>
internal sealed class MirrorSelector
{
    private readonly RequestSampler _sampler;
    private readonly IPressureProtection _protection;
    private readonly TimeProvider _timeProvider;

    public MirrorSelector(ISampler random, IPressureProtection protection, TimeProvider timeProvider)
    {
        _sampler = new RequestSampler(random);
        _protection = protection;
        _timeProvider = timeProvider;
    }

    public MirrorPlan Select(HttpContext context, ShadowRoutes routes)
    {
        var plan = default(MirrorPlan);
        var reason = routes.Configuration.Enabled
            ? RequestGuards.Examine(context, routes.Configuration.TagHeader)
            : SkipReason.Disabled;
        var isWrite = RequestGuards.IsWrite(context.Request.Method);

        bool? givesWay = null;

        // Nothing below can throw: what was counted as accepted reaches the plan.
        foreach (var route in routes.All)
        {
            var account = route.Dispatcher.Account;
            if ((IsOver(route) ? SkipReason.Disabled : reason ?? SkipFor(context, route, isWrite)) is { } skip)
            {
                account.Skip(skip);
                continue;
            }

            account.Accept();

            // Once for all shadows: what one of them sees of a request, the others see too.
            givesWay ??= routes.Configuration.ProtectionEnabled && !_protection.TryAdmit();
            if (givesWay.Value)
            {
                account.Drop(DropReason.Pressure);
                continue;
            }

            if (route.Dispatcher.TryAdmit() is { } refusal)
            {
                account.Drop(refusal);
                continue;
            }

            plan.Add(route, routes.All);
        }

        return plan;
    }

    private bool IsOver(ShadowRoute route) =>
        route.Configuration.Until is { } until && _timeProvider.GetUtcNow() >= until;

    private SkipReason? SkipFor(HttpContext context, ShadowRoute route, bool isWrite)
    {
        if (isWrite && route.Configuration.Writes == WritePolicy.Skip)
        {
            return SkipReason.Writes;
        }

        var control = route.Dispatcher.Control;
        if (control.IsPaused)
        {
            return SkipReason.Paused;
        }

        var percent = Math.Min(route.Configuration.Percent, control.Ceiling);
        return _sampler.Draw(context, route.Configuration, percent) ? null : SkipReason.NotSampled;
    }
}
