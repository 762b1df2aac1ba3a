using ShadowMiddleware.Configuration;
using ShadowMiddleware.Http;

namespace ShadowMiddleware.Dispatch;

/// <summary>
/// A shadow as one request sees it: the configuration that decided, the dispatcher that takes the copy, and what the deciding rule asks of the response. The routes of rules are made once, so that a
/// request takes its rule along without a place for it.
/// </summary>
internal sealed class ShadowRoute
{
    private readonly ShadowRoute[] _byRule;

    public ShadowRoute(ShadowConfiguration configuration, ShadowDispatcher dispatcher)
    {
        Configuration = configuration;
        Dispatcher = dispatcher;
        HasAddressPath = TargetPath.IsIn(configuration.Address);
        _byRule = configuration.Choice is { } choice
            ? [.. choice.Rules.Select(rule => rule.ResponseStatus is { } status ? new ShadowRoute(this, status) : this)]
            : [];
    }

    private ShadowRoute(ShadowRoute shadow, StatusSet responseStatus)
    {
        Configuration = shadow.Configuration;
        Dispatcher = shadow.Dispatcher;
        HasAddressPath = shadow.HasAddressPath;
        ResponseStatus = responseStatus;
        _byRule = [];
    }

    public ShadowConfiguration Configuration { get; }

    public ShadowDispatcher Dispatcher { get; }

    /// <summary>Whether the address has a path, which no target may climb out of.</summary>
    public bool HasAddressPath { get; }

    /// <summary>The statuses that keep the copy; <see langword="null"/> for all.</summary>
    public StatusSet? ResponseStatus { get; }

    /// <summary>The same shadow, for a request that a rule has chosen.</summary>
    /// <param name="rule">The index of the rule in the configuration.</param>
    public ShadowRoute ByRule(int rule) => _byRule[rule];
}
