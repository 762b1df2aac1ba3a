using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Selection;

/// <summary>Says once for each shadow that choosing its requests has failed. The ledger counts each failure.</summary>
internal sealed class SelectionFaults
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
}
