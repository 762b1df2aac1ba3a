using Microsoft.Extensions.Logging;
using ShadowMiddleware.Background;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Dispatch;

/// <summary>The dispatchers of all shadows, kept in step with the configuration.</summary>
internal sealed class ShadowDirectory : IDisposable
{
    // How long a send may take to notice that it was cancelled, before the shutdown goes on without it.
    private static readonly TimeSpan CancellationGrace = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ShadowDispatcher> _dispatchers = new(StringComparer.Ordinal);
    private readonly ConfigurationMonitor _monitor;
    private readonly TrafficMirroringLedger _ledger;
    private readonly IShadowSenderFactory _senders;
    private readonly ByteBudget _budget;
    private readonly DispatchPause _pause;
    private readonly BackgroundWorkers _background;
    private readonly TimeProvider _timeProvider;
    private readonly GuardedLogger _logger;
    private volatile ShadowRoutes _current;
    private bool _closed;

    public ShadowDirectory(
        ConfigurationMonitor monitor,
        TrafficMirroringLedger ledger,
        IShadowSenderFactory senders,
        ByteBudget budget,
        DispatchPause pause,
        BackgroundWorkers background,
        ILogger<ShadowDirectory> logger,
        TimeProvider timeProvider
    )
    {
        _monitor = monitor;
        _ledger = ledger;
        _senders = senders;
        _budget = budget;
        _pause = pause;
        _background = background;
        _timeProvider = timeProvider;
        _logger = new GuardedLogger(logger);
        Prepare(monitor.Current);
        monitor.Changing += Prepare;
        monitor.Changed += OnChanged;
        pause.Ended += Resume;
        lock (_gate)
        {
            _current = Apply(monitor.Current);
        }
    }

    public ShadowRoutes Current => _current;

    /// <summary>How full the fullest queue is, 0 to 1.</summary>
    public double QueueFill
    {
        get
        {
            var fill = 0.0;
            foreach (var route in _current.All)
            {
                fill = Math.Max(fill, route.Dispatcher.QueueFill);
            }

            return fill;
        }
    }

    /// <summary>How many requests have come. Each shadow has seen each of them since it is there.</summary>
    public long Requests
    {
        get
        {
            var requests = 0L;
            foreach (var route in _current.All)
            {
                requests = Math.Max(requests, route.Dispatcher.Account.Counters.Seen);
            }

            return requests;
        }
    }

    /// <summary>
    /// Waits until every copy was sent, at most as long as <c>DrainTimeout</c> and <paramref name="cancellationToken"/> allow, then ends
    /// and counts what is left.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var dispatchers = Close();
        var drained = Task.WhenAll(dispatchers.Select(dispatcher => dispatcher.DrainAsync()));
        var whole = await EndsWithin(drained, _current.Configuration.DrainTimeout, cancellationToken);
        if (!whole)
        {
            dispatchers.ForEach(dispatcher => dispatcher.Stop());
            await EndsWithin(drained, CancellationGrace, CancellationToken.None);
        }

        if (whole)
        {
            Log.Drained(_logger);
        }
        else
        {
            Log.DrainTimedOut(_logger);
        }
    }

    public void Dispose()
    {
        foreach (var dispatcher in Close())
        {
            dispatcher.Stop();
            dispatcher.Dispose();
        }

        lock (_gate)
        {
            _dispatchers.Clear();
        }
    }

    private void Resume()
    {
        foreach (var route in _current.All)
        {
            route.Dispatcher.Resume();
        }
    }

    private List<ShadowDispatcher> Close()
    {
        _monitor.Changing -= Prepare;
        _monitor.Changed -= OnChanged;
        lock (_gate)
        {
            _closed = true;
            return [.. _dispatchers.Values];
        }
    }

    // All that can fail, before anything is in force. To switch mirroring off must depend on nothing that can.
    private void Prepare(MirroringConfiguration configuration)
    {
        if (!configuration.Enabled)
        {
            return;
        }

        foreach (var shadow in configuration.Shadows)
        {
            _senders.Prepare(shadow);
        }
    }

    private void OnChanged(MirroringConfiguration configuration)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _budget.Limit = configuration.MaxBufferedBytes;
                _current = Apply(configuration);
            }
        }
    }

    // Dispatchers are kept when their shadow goes, because it may come back and its account goes on.
    private ShadowRoutes Apply(MirroringConfiguration configuration)
    {
        var routes = Array.ConvertAll([.. configuration.Shadows], shadow => Route(shadow, configuration.TagHeader));
        foreach (var (name, dispatcher) in _dispatchers)
        {
            if (configuration.Enabled && routes.Any(route => ReferenceEquals(route.Dispatcher, dispatcher)))
            {
                dispatcher.Reopen();
            }
            else if (dispatcher.State == DispatcherState.Open)
            {
                dispatcher.Withdraw();
                Log.ShadowWithdrawn(_logger, name, configuration.Enabled ? "it was removed" : "mirroring is disabled");
            }
        }

        return new ShadowRoutes(configuration, routes);
    }

    private ShadowRoute Route(ShadowConfiguration shadow, string tagHeader)
    {
        var settings = new DispatcherSettings(shadow, tagHeader);
        if (_dispatchers.TryGetValue(shadow.Name, out var dispatcher))
        {
            dispatcher.Update(settings);
        }
        else
        {
            var account = _ledger.Account(shadow.Name);
            dispatcher = new ShadowDispatcher(
                settings,
                _senders.Create(shadow, account),
                account,
                _pause,
                _background,
                _timeProvider
            );
            _dispatchers.Add(shadow.Name, dispatcher);
        }

        return new ShadowRoute(shadow, dispatcher);
    }

    private async Task<bool> EndsWithin(Task task, TimeSpan time, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(time, _timeProvider, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
