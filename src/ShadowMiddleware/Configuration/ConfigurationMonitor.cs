using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Configuration;

/// <summary>Holds the configuration in force: read at the start, replaced as a whole by each good reload, untouched by a bad one.</summary>
internal sealed class ConfigurationMonitor : IDisposable
{
    private readonly Lock _reloading = new();
    private readonly IOptionsSource[] _sources;
    private readonly GuardedLogger _logger;
    private readonly List<IDisposable> _watches = [];
    private volatile MirroringConfiguration _current;
    private LoadedConfiguration? _loaded;
    private string? _reportedFaults;
    private bool _isReading;
    private bool _isDisposed;

    /// <exception cref="TrafficMirroringConfigurationException">The configuration has faults.</exception>
    public ConfigurationMonitor(IEnumerable<IOptionsSource> sources, ILogger<ConfigurationMonitor> logger)
    {
        _sources = [.. sources];
        _logger = new GuardedLogger(logger);

        try
        {
            _loaded = Start();
            _current = AtStart = _loaded.Configuration;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A monitor of a given configuration, without sources.</summary>
    internal ConfigurationMonitor(MirroringConfiguration initial)
    {
        _sources = [];
        _logger = new GuardedLogger(NullLogger.Instance);
        _current = AtStart = initial;
    }

    /// <summary>
    /// Raised before a good reload is in force, for what can fail on the way there. An exception refuses the reload as a whole, as a
    /// fault does.
    /// </summary>
    public event Action<MirroringConfiguration>? Changing;

    /// <summary>Raised after each good reload, one reload at a time, with the configuration that is in force from now on.</summary>
    public event Action<MirroringConfiguration>? Changed;

    public MirroringConfiguration Current => _current;

    /// <summary>What was in force at the start, for what cannot follow a reload.</summary>
    public MirroringConfiguration AtStart { get; }

    public void Dispose()
    {
        lock (_reloading)
        {
            _isDisposed = true;
        }

        // Outside of the lock: to end a watch waits for its callback, which may be waiting for the lock.
        foreach (var watch in _watches)
        {
            watch.Dispose();
        }
    }

    /// <summary>Does what a reload does. An exception of <see cref="Changing"/> passes through.</summary>
    internal void Replace(MirroringConfiguration next)
    {
        Changing?.Invoke(next);
        PutInForce(next);
    }

    private void PutInForce(MirroringConfiguration next)
    {
        _current = next;
        foreach (var subscriber in Delegate.EnumerateInvocationList(Changed))
        {
            try
            {
                subscriber(next);
            }
            catch (Exception exception)
            {
                Log.SubscriberFailed(_logger, exception);
            }
        }
    }

    private LoadedConfiguration Start()
    {
        // Watching begins before reading, so that no change falls in between. A reload that comes at once waits for the lock.
        lock (_reloading)
        {
            _isReading = true;
            try
            {
                foreach (var source in _sources)
                {
                    _watches.Add(ChangeToken.OnChange(() => TryGetToken(source), Reload));
                }

                var loaded = ConfigurationLoader.Load(_sources, last: null);
                Say(loaded);
                return loaded;
            }
            finally
            {
                _isReading = false;
            }
        }
    }

    // This and what follows run within the code that changed the configuration, which must not see an exception. That of a provider
    // that was disposed means that there is nothing left to watch.
    private static IChangeToken? TryGetToken(IOptionsSource source)
    {
        try
        {
            return source.GetReloadToken();
        }
        catch (Exception)
        {
            return null;
        }
    }

    private void Reload()
    {
        lock (_reloading)
        {
            // The lock lets its own thread in again: code that configures may cause a change, and a read must not start within a read.
            // During a reload nothing is lost by that: the change is signalled once more when this call has returned.
            if (_isDisposed || _isReading)
            {
                return;
            }

            if (TryRead() is { } next)
            {
                var last = _loaded!;
                _loaded = next;
                PutInForce(next.Configuration);
                var changes = next.Values.DescribeChangesSince(last.Values);
                Log.Reloaded(_logger, next.Configuration.Shadows.Length, changes);
                if (next.Configuration.IncludeInHttpClientMetrics != last.Configuration.IncludeInHttpClientMetrics)
                {
                    Log.NeedsRestart(_logger, nameof(TrafficMirroringOptions.IncludeInHttpClientMetrics));
                }

                Say(last.IsMissing ? next with { IsMissing = false } : next);
            }
        }
    }

    private void Say(LoadedConfiguration loaded)
    {
        if (loaded.IsMissing)
        {
            Log.Missing(_logger);
        }

        var faults = TrafficMirroringConfigurationException.ToLines(loaded.Faults);
        if (loaded.Faults.Count == 0)
        {
            _reportedFaults = null;
        }
        else if (IsNews(faults))
        {
            Log.FaultsWhileOff(_logger, loaded.Faults.Count, Environment.NewLine, faults);
        }
    }

    private LoadedConfiguration? TryRead()
    {
        _isReading = true;
        try
        {
            var next = ConfigurationLoader.Load(_sources, _loaded);
            return TryPrepare(next);
        }
        catch (TrafficMirroringConfigurationException exception)
        {
            var faults = TrafficMirroringConfigurationException.ToLines(exception.Failures);
            if (IsNews(faults))
            {
                Log.ReloadRefused(_logger, exception.Failures.Count(), Environment.NewLine, faults);
            }
        }
        catch (Exception exception)
        {
            if (IsNews($"{exception.GetType()}: {exception.Message}"))
            {
                Log.ReloadFailed(_logger, exception);
            }
        }
        finally
        {
            _isReading = false;
        }

        return null;
    }

    // Off is off: what cannot be carried out of a configuration that switches mirroring off does not keep it on.
    private LoadedConfiguration TryPrepare(LoadedConfiguration next)
    {
        try
        {
            Changing?.Invoke(next.Configuration);
            return next;
        }
        catch (Exception exception) when (!next.Configuration.Enabled)
        {
            return _loaded!.Off([$"It could not be carried out: {exception.GetType()}."]);
        }
    }

    // A watcher of files signals one change several times.
    private bool IsNews(string faults)
    {
        var isNews = faults != _reportedFaults;
        _reportedFaults = faults;
        return isNews;
    }
}
