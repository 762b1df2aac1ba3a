using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Selection;

/// <summary>Decides which shadows receive a copy of a request, and counts the decision for every shadow.</summary>
internal sealed class MirrorSelector
{
    private readonly ISampler _sampler;

    public MirrorSelector(ISampler sampler) => _sampler = sampler;

    public MirrorPlan Select(HttpContext context, ShadowRoutes routes)
    {
        var plan = default(MirrorPlan);
        var reason = routes.Configuration.Enabled
            ? RequestGuards.Examine(context, routes.Configuration.TagHeader)
            : SkipReason.Disabled;
        var isWrite = RequestGuards.IsWrite(context.Request.Method);

        // Nothing below can throw: what was counted as accepted reaches the plan.
        foreach (var route in routes.All)
        {
            var account = route.Dispatcher.Account;
            if ((reason ?? SkipFor(route, isWrite)) is { } skip)
            {
                account.Skip(skip);
                continue;
            }

            account.Accept();
            if (route.Dispatcher.TryAdmit() is { } refusal)
            {
                account.Drop(refusal);
                continue;
            }

            plan.Add(route, routes.All.Length);
        }

        return plan;
    }

    private SkipReason? SkipFor(ShadowRoute route, bool isWrite)
    {
        if (isWrite && route.Configuration.Writes == WritePolicy.Skip)
        {
            return SkipReason.Writes;
        }

        return _sampler.Draw(route.Configuration.Percent) ? null : SkipReason.NotSampled;
    }
}
