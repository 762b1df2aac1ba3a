using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.Diagnostics;

/// <summary>
/// Where everything that happens to one shadow's requests is reported: each report is one count, and losses are logged once when they
/// begin, not once per request.
/// </summary>
internal sealed partial class ShadowAccount
{
    /// <summary>A loss this long after the one before it begins a new run of losses, which is worth a line in the log again.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Noted = TimeSpan.FromSeconds(1);

    private readonly string _shadow;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
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

    public void Drop(DropReason reason, Exception? exception = null)
    {
        Counters.Drop(reason);
        Report("was dropped", ReasonNames.Name(reason), exception);
    }

    public void Mirror() => Counters.Mirror();

    public void Complete(int statusCode) => Counters.Complete(statusCode);

    public void Fail(FailReason reason, Exception? exception = null)
    {
        Counters.Fail(reason);
        Report("failed", ReasonNames.Name(reason), exception);
    }

    private void Report(string outcome, string reason, Exception? exception)
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
                Log.LossesBegan(_logger, _shadow, outcome, reason);
            }
        }

        Log.Lost(_logger, _shadow, outcome, reason, exception);
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventIds.LossesBegan,
            LogLevel.Warning,
            "Shadow {Shadow} loses copies; the first one {Outcome}: {Reason}. Clients are not affected. The ledger counts every loss. "
                + "This is logged again after a minute without any; level Debug shows each.",
            EventName = nameof(LossesBegan)
        )]
        public static partial void LossesBegan(ILogger logger, string shadow, string outcome, string reason);

        [LoggerMessage(
            EventIds.Lost,
            LogLevel.Debug,
            "A copy for shadow {Shadow} {Outcome}: {Reason}.",
            EventName = nameof(Lost)
        )]
        public static partial void Lost(
            ILogger logger,
            string shadow,
            string outcome,
            string reason,
            Exception? exception
        );
    }
}
