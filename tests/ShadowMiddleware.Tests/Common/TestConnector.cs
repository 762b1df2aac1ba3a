using Microsoft.Extensions.Logging.Abstractions;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Connectors for given shadows.</summary>
internal static class TestConnector
{
    public static ShadowConnector Create(params ShadowConfiguration[] shadows) => Create(TimeProvider.System, shadows);

    public static ShadowConnector Create(TimeProvider timeProvider, params ShadowConfiguration[] shadows) =>
        new(
            new ConnectionLimits(() => TestShadow.Mirroring(shadows), Ledger()),
            new ConnectionPlaces(timeProvider),
            TestWorkers.Shared,
            timeProvider
        );

    public static TrafficMirroringLedger Ledger() =>
        new(NullLogger<TrafficMirroringLedger>.Instance, TimeProvider.System);
}
