using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.Diagnostics;

/// <summary>The accounts of all shadows that the process has ever had, by name.</summary>
internal sealed class TrafficMirroringLedger : ITrafficMirroringLedger
{
    private readonly ConcurrentDictionary<string, ShadowAccount> _accounts = new(StringComparer.Ordinal);
    private readonly GuardedLogger _logger;
    private readonly TimeProvider _timeProvider;

    public TrafficMirroringLedger(ILogger<TrafficMirroringLedger> logger, TimeProvider timeProvider)
    {
        _logger = new GuardedLogger(logger);
        _timeProvider = timeProvider;
    }

    /// <summary>The account of a shadow; a shadow that comes back goes on with its totals.</summary>
    public ShadowAccount Account(string shadow) =>
        _accounts.GetOrAdd(
            shadow,
            static (name, self) => new ShadowAccount(name, self._logger, self._timeProvider),
            this
        );

    public LedgerSnapshot GetSnapshot()
    {
        var shadows = new Dictionary<string, ShadowLedger>(StringComparer.Ordinal);
        foreach (var (name, account) in _accounts)
        {
            shadows.Add(name, account.Counters.Read());
        }

        return new LedgerSnapshot(shadows);
    }
}
