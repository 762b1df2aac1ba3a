using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.Diagnostics;

/// <summary>
/// Where everything that happens to one shadow's requests is reported: each report is one count, and losses are logged once when they
/// begin, not once per request.
/// </summary>
internal sealed class ShadowAccount
{
    /// <summary>A loss this long after the one before it begins a new run of losses, which is worth a line in the log again.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Noted = TimeSpan.FromSeconds(1);

    private readonly string _shadow;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly StatusWatch _statuses = new();
    private long _lastLoss;

    public ShadowAccount(string shadow, ILogger logger, TimeProvider timeProvider)
    {
        _shadow = shadow;
        _logger = logger;
        _timeProvider = timeProvider;
    }

    public ShadowCounters Counters { get; } = new();

    public void Skip(SkipReason reason) => Counters.Skip(reason);

    public void SkipAccepted(SkipReason reason) => Counters.SkipAccepted(reason);

    public void Accept() => Counters.Accept();

    /// <param name="reason">Why.</param>
    /// <param name="request">The request, for the log.</param>
    /// <param name="exception">What was thrown, if that is why.</param>
    public void Drop(DropReason reason, RequestLine request = default, Exception? exception = null)
    {
        Counters.Drop(reason);
        Report("was dropped", ReasonNames.Name(reason), request, exception);
    }

    public void Mirror() => Counters.Mirror();

    /// <param name="statusCode">The shadow's.</param>
    /// <param name="primaryStatusCode">The app's for the same request; 0 when nobody knows it.</param>
    public void Complete(int statusCode, int primaryStatusCode = 0)
    {
        Counters.Complete(statusCode);
        if (primaryStatusCode != 0 && _statuses.Note(statusCode, primaryStatusCode) is { } differing)
        {
            Log.StatusesDiffer(_logger, _shadow, StatusWatch.Window, differing, StatusWatch.UsualCause(differing));
        }
    }

    /// <param name="reason">Why.</param>
    /// <param name="request">The request, for the log.</param>
    /// <param name="exception">What was thrown.</param>
    public void Fail(FailReason reason, RequestLine request = default, Exception? exception = null)
    {
        Counters.Fail(reason);
        Report("failed", ReasonNames.Name(reason), request, exception);
    }

    private void Report(string outcome, string reason, RequestLine request, Exception? exception)
    {
        // Zero stands for "never"; a real timestamp of zero would cost one more log line at most.
        var now = _timeProvider.GetTimestamp();
        var last = Volatile.Read(ref _lastLoss);

        // Written now and then only: under pressure, every request of every thread comes here.
        if (last == 0 || _timeProvider.GetElapsedTime(last, now) >= Noted)
        {
            last = Interlocked.Exchange(ref _lastLoss, now);
            if (last == 0 || _timeProvider.GetElapsedTime(last, now) >= Quiet)
            {
                Log.LossesBegan(
                    _logger,
                    _shadow,
                    LogText.Method(request),
                    LogText.Path(request),
                    outcome,
                    reason,
                    LogText.Detail(exception)
                );
            }
        }

        if (_logger.IsEnabled(LogLevel.Debug))
        {
            Log.Lost(
                _logger,
                _shadow,
                LogText.Method(request),
                LogText.Path(request),
                outcome,
                reason,
                LogText.Detail(exception),
                exception
            );
        }
    }
}
