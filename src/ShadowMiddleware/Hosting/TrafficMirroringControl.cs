using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Explaining;

namespace ShadowMiddleware.Hosting;

/// <inheritdoc />
internal sealed class TrafficMirroringControl : ITrafficMirroringControl
{
    private readonly ShadowDirectory _directory;
    private readonly RequestExplainer _explainer;
    private readonly EndpointFinder _endpoints;
    private readonly PipelinePlaces _places;
    private readonly IServiceScopeFactory _scopes;
    private readonly GuardedLogger _logger;

    public TrafficMirroringControl(
        ShadowDirectory directory,
        RequestExplainer explainer,
        EndpointFinder endpoints,
        PipelinePlaces places,
        IServiceScopeFactory scopes,
        ILogger<TrafficMirroringControl> logger
    )
    {
        _directory = directory;
        _explainer = explainer;
        _endpoints = endpoints;
        _places = places;
        _scopes = scopes;
        _logger = new GuardedLogger(logger);
    }

    public void SetCeiling(string shadow, double percent)
    {
        var control = Find(shadow);
        if (percent is not (>= 0 and <= 100))
        {
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "A ceiling is from 0 to 100 percent.");
        }

        control.Ceiling = percent;
        Log.CeilingSet(_logger, shadow, percent);
    }

    public void SetPaused(string shadow, bool paused)
    {
        Find(shadow).IsPaused = paused;
        if (paused)
        {
            Log.ShadowPaused(_logger, shadow);
        }
        else
        {
            Log.ShadowResumed(_logger, shadow);
        }
    }

    public MirroringExplanation Explain(
        string method,
        string target,
        IEnumerable<KeyValuePair<string, string>>? headers = null,
        ClaimsPrincipal? user = null
    )
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = _scopes.CreateScope();
        var context = HypotheticalRequest.Create(method, target, headers ?? [], user, scope.ServiceProvider);

        // Before routing the middleware sees no endpoint, and each request.
        var isSeen = _places.IsBeforeRouting || _endpoints.Find(context);
        return _explainer.Explain(context, isSeen);
    }

    private ShadowControl Find(string shadow)
    {
        ArgumentNullException.ThrowIfNull(shadow);
        var routes = _directory.Current.All;
        return routes.FirstOrDefault(route => route.Configuration.Name == shadow)?.Dispatcher.Control
            ?? throw new ArgumentException(
                $"No shadow has this name. There are: {string.Join(", ", routes.Select(route => route.Configuration.Name))}.",
                nameof(shadow)
            );
    }
}
