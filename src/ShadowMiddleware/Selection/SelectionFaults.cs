using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Selection;

/// <summary>Says once for each shadow that choosing its requests has failed. The ledger counts each failure.</summary>
internal sealed partial class SelectionFaults
{
    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);
    private readonly GuardedLogger _logger;

    public SelectionFaults(ILogger<SelectionFaults> logger) => _logger = new GuardedLogger(logger);

    public void Report(string shadow, SkipReason reason, Exception exception)
    {
        if (_reported.TryAdd(shadow, value: true))
        {
            Log.SelectionFailed(_logger, shadow, ReasonNames.Name(reason), exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventIds.SelectionFailed,
            LogLevel.Error,
            "Whether shadow {Shadow} receives a request could not be decided: a predicate of When or WhenResponse has thrown, or the request could not be looked at. "
                + "The request goes on without a copy, as do others like it, counted as {Reason}. Further faults of this shadow's are not logged.",
            EventName = nameof(SelectionFailed)
        )]
        public static partial void SelectionFailed(ILogger logger, string shadow, string reason, Exception exception);
    }
}
