using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Hosting;

/// <summary>Stops the start of the host over a bad configuration, says at the start what is copied, and drains after the server has stopped.</summary>
internal sealed class TrafficMirroringService : IHostedLifecycleService, IDisposable
{
    // A timer counts what has passed, and a clock may be set meanwhile.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly ConfigurationMonitor _monitor;
    private readonly ShadowDirectory _directory;
    private readonly ShadowClientNames _clientNames;
    private readonly RequestTransforms _transforms;
    private readonly HostBounds _hostBounds;
    private readonly PipelinePlaces _places;
    private readonly MirroredEndpoints _endpoints;
    private readonly OwnAddresses _own;
    private readonly ServerBodyLimit _serverLimit;
    private readonly TimeProvider _timeProvider;
    private readonly GuardedLogger _logger;
    private readonly Lock _announcing = new();
    private readonly Dictionary<string, Announcement> _announced = new(StringComparer.Ordinal);
    private readonly ITimer _untilNext;
    private readonly HashSet<(string Shadow, string Address)> _saidOwn = [];
    private bool _saidClaims;

    public TrafficMirroringService(
        ConfigurationMonitor monitor,
        ShadowDirectory directory,
        ShadowClientNames clientNames,
        RequestTransforms transforms,
        HostBounds hostBounds,
        PipelinePlaces places,
        MirroredEndpoints endpoints,
        OwnAddresses own,
        ServerBodyLimit serverLimit,
        TimeProvider timeProvider,
        ILogger<TrafficMirroringService> logger
    )
    {
        _monitor = monitor;
        _directory = directory;
        _clientNames = clientNames;
        _transforms = transforms;
        _hostBounds = hostBounds;
        _places = places;
        _endpoints = endpoints;
        _own = own;
        _serverLimit = serverLimit;
        _timeProvider = timeProvider;
        _logger = new GuardedLogger(logger);
        _untilNext = timeProvider.CreateTimer(
            _ => AnnounceEnds(),
            state: null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    public void Dispose() => _untilNext.Dispose();

    // The web application adds routing and authentication in front when its server starts: see PipelinePlaces.
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _places.Look();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Announce(_monitor.Current);
        foreach (var name in _clientNames.Configured.Where(IsUnknown))
        {
            Log.UnknownShadowClient(_logger, name);
        }

        foreach (var name in _transforms.Named.Where(IsUnknown))
        {
            Log.UnknownShadowTransform(_logger, name);
        }

        _monitor.Changed += Announce;

        return Task.CompletedTask;
    }

    // Only now are the pipeline and its endpoints there, whichever order the services were added in.
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _places.Look();
        if (!_places.IsAnywhere)
        {
            Log.NotInThePipeline(_logger);
        }

        if (_places.IsBeforeRouting && _endpoints.Speak())
        {
            Log.EndpointsNotSeen(_logger);
        }

        foreach (var name in _endpoints.Named.Where(IsUnknown))
        {
            Log.UnknownShadowEndpoint(_logger, name);
        }

        Announce(_monitor.Current);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not StopAsync: only now has the server stopped, whichever order the services were added in.
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _monitor.Changed -= Announce;
        return _directory.DrainAsync(cancellationToken);
    }

    private bool IsUnknown(string shadow) => _monitor.Current.Shadows.All(known => known.Name != shadow);

    // What is in force is read within the lock, so that a reload during the start cannot be followed by what was before it.
    private void Announce(MirroringConfiguration changed)
    {
        lock (_announcing)
        {
            var current = _monitor.Current;
            AnnounceNews(current);
            WarnOfOwnAddresses(current);
            WaitUntilNext(current);
        }
    }

    // The server says where it listens when it has started: with the second announcement of the start, and with each reload.
    private void WarnOfOwnAddresses(MirroringConfiguration configuration)
    {
        var own = (configuration.Enabled ? configuration.Shadows : [])
            .Where(shadow => !IsOver(shadow) && _own.Contain(shadow.Address))
            .Select(shadow => (shadow.Name, shadow.Address))
            .ToArray();
        _saidOwn.IntersectWith(own);
        foreach (var (shadow, address) in own.Where(_saidOwn.Add))
        {
            Log.AddressIsOwn(_logger, shadow, address);
        }
    }

    // A timer's exception would end the process, so nothing of the app's is called in here.
    private void AnnounceEnds()
    {
        lock (_announcing)
        {
            var current = _monitor.Current;
            foreach (var shadow in current.Shadows)
            {
                if (IsOver(shadow) && _announced.TryGetValue(shadow.Name, out var known) && !known.IsOver)
                {
                    _announced[shadow.Name] = known with { IsOver = true };
                    Log.ShadowIsOver(_logger, shadow.Name, shadow.Until);
                }
            }

            WaitUntilNext(current);
        }
    }

    private bool IsOver(ShadowConfiguration shadow) => shadow.Until <= _timeProvider.GetUtcNow();

    private void WaitUntilNext(MirroringConfiguration configuration)
    {
        var now = _timeProvider.GetUtcNow();
        var next = configuration.Shadows.Select(shadow => shadow.Until - now).Where(left => left > TimeSpan.Zero).Min();
        _untilNext.Change(
            next > LongestWait ? LongestWait : next ?? Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    private void AnnounceNews(MirroringConfiguration configuration)
    {
        if (
            !_saidClaims
            && _places.IsBeforeAuthentication
            && configuration.Shadows.FirstOrDefault(shadow => shadow.SampleBy.Kind == SampleKeyKind.Claim) is { } blind
        )
        {
            _saidClaims = true;
            Log.ClaimsNotSeen(_logger, blind.Name);
        }

        // What was removed or switched off is news when it comes back.
        var shadows = configuration.Enabled ? configuration.Shadows : [];
        foreach (
            var name in _announced.Keys.Except(shadows.Select(shadow => shadow.Name), StringComparer.Ordinal).ToArray()
        )
        {
            _announced.Remove(name);
        }

        foreach (var shadow in shadows)
        {
            var news = new Announcement(
                shadow.Address,
                shadow.Writes,
                CopiedCredentials(shadow),
                _hostBounds.IsMissing(shadow),
                ShadowShare.CopiesOthersWhole(shadow),
                shadow.Until,
                IsOver(shadow)
            );
            if (!_announced.TryGetValue(shadow.Name, out var known) || known != news)
            {
                _announced[shadow.Name] = news;
                if (news.IsOver)
                {
                    Log.ShadowIsOver(_logger, shadow.Name, shadow.Until);
                    continue;
                }

                Log.ShadowStarted(_logger, shadow.Name, shadow.Address, ShadowShare.Describe(shadow));
                Warn(shadow.Name, news);
                if (_serverLimit.DescribeAbove(shadow.MaxBodyBytes) is { } limit)
                {
                    Log.LongBodiesAreLeftOut(_logger, shadow.Name, shadow.MaxBodyBytes, limit);
                }
            }
        }
    }

    private void Warn(string shadow, Announcement news)
    {
        if (news.Writes == WritePolicy.Mirror)
        {
            Log.WritesAreMirrored(_logger, shadow);
        }

        if (news.Credentials.Length > 0)
        {
            Log.CredentialsAreMirrored(_logger, shadow, news.Credentials);
        }

        if (news.OthersAreCopiedWhole)
        {
            Log.OthersAreMirroredWhole(_logger, shadow);
        }

        if (news.HostIsTheClients)
        {
            Log.HostIsTheClients(_logger, shadow);
        }
    }

    private static string CopiedCredentials(ShadowConfiguration shadow)
    {
        string[] credentials = [HeaderNames.Authorization, HeaderNames.Cookie];
        return string.Join(", ", credentials.Where(name => !IsChanged(shadow, name)));
    }

    private static bool IsChanged(ShadowConfiguration shadow, string header) =>
        shadow.RemoveHeaders.Contains(header) || HeaderRules.IsSet(shadow, header);

    /// <summary>What somebody should know before traffic flows: said at the start, and again when a reload changes it.</summary>
    private readonly record struct Announcement(
        string Address,
        WritePolicy Writes,
        string Credentials,
        bool HostIsTheClients,
        bool OthersAreCopiedWhole,
        DateTimeOffset? Until,
        bool IsOver
    );
}
