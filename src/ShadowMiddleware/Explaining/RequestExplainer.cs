using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Explaining;

/// <summary>Takes a request through selection and sending, up to the send. Counts nothing.</summary>
internal sealed class RequestExplainer
{
    private readonly ShadowDirectory _directory;
    private readonly MirrorSelector _selector;
    private readonly TraceFields _traceFields;
    private readonly RequestTransforms _transforms;

    public RequestExplainer(
        ShadowDirectory directory,
        MirrorSelector selector,
        TraceFields traceFields,
        RequestTransforms transforms
    )
    {
        _directory = directory;
        _selector = selector;
        _traceFields = traceFields;
        _transforms = transforms;
    }

    /// <param name="context">The request. Not kept.</param>
    /// <param name="isSeen">Whether it comes as far as the middleware.</param>
    public MirroringExplanation Explain(HttpContext context, bool isSeen)
    {
        // Whoever asks may be traced, and the request would be drawn by that trace.
        var asking = Activity.Current;
        Activity.Current = null;
        try
        {
            var routes = _directory.Current;
            return new MirroringExplanation(
                context.GetEndpoint()?.DisplayName,
                routes.All.ToDictionary(
                    route => route.Configuration.Name,
                    route => Explain(context, isSeen, route, routes.Configuration),
                    StringComparer.Ordinal
                )
            );
        }
        finally
        {
            Activity.Current = asking;
        }
    }

    private ShadowExplanation Explain(
        HttpContext context,
        bool isSeen,
        ShadowRoute route,
        MirroringConfiguration configuration
    )
    {
        var shadow = route.Configuration;
        var decision = isSeen
            ? _selector.Foresee(context, route, configuration)
            : new Decision(SkipReason.Endpoint, Percent: 0, ByEndpoint: true, Rule: null);
        var (copy, fault) = decision.Skip is null ? Describe(context, shadow, configuration.TagHeader) : default;
        var rule = decision.Rule is { } index ? shadow.Choice?.Rules[index] : null;
        return new()
        {
            Shadow = shadow.Name,
            Percent = decision.Percent,
            SkipReason = decision.Skip is { } reason ? ReasonNames.Name(reason) : null,
            DecidedBy = DecidedBy(shadow, decision),
            Ceiling = route.Dispatcher.Control.Ceiling,
            ResponseStatus = rule?.ResponseStatus?.Texts ?? [],
            AsksWhenResponse = shadow.Choice is { WhenResponse.IsEmpty: false },
            Copy = copy,
            CopyFault = fault,
        };
    }

    private static string DecidedBy(ShadowConfiguration shadow, Decision decision) =>
        decision switch
        {
            { ByEndpoint: true } => "endpoint",
            { Rule: { } index } => OptionKeys.ForRule(OptionKeys.ForShadow(shadow.Name), index),
            _ => OptionKeys.Join(OptionKeys.ForShadow(shadow.Name), nameof(ShadowOptions.Percent)),
        };

    private (ExplainedCopy? Copy, string? Fault) Describe(
        HttpContext context,
        ShadowConfiguration shadow,
        string tagHeader
    )
    {
        var withPeer = shadow.Shaping is { ForwardedHeaders: ForwardedHeadersMode.Append };
        var captured = RequestSnapshot.Take(context, withPeer);
        try
        {
            using var message = MirroredRequestFactory.Create(
                captured,
                shadow,
                tagHeader,
                _traceFields,
                activity: null,
                out var redaction,
                transforms: _transforms.For(shadow.Name),
                authorization: shadow.Shaping is { BearerTokenProvider: not null } ? $"Bearer {SecretMask.Mask}" : null
            );
            redaction?.Run();
            return (CopyDescription.Of(message, captured, shadow, tagHeader), null);
        }
        catch (Exception exception)
        {
            // Only what this package itself throws says nothing of the app's.
            return (null, exception.GetType().Name);
        }
        finally
        {
            captured.Release();
        }
    }
}
