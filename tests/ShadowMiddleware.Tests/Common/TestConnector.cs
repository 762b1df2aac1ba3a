using Microsoft.Extensions.Logging.Abstractions;
using ShadowMiddleware.Background;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Connectors for given shadows.</summary>
internal static class TestConnector
{
    public static ShadowConnector Create(params ShadowConfiguration[] shadows) => Create(TimeProvider.System, shadows);

    public static ShadowConnector Create(TimeProvider timeProvider, params ShadowConfiguration[] shadows) =>
        Create(new SystemHostLookup(), timeProvider, shadows);

    public static ShadowConnector Create(
        IHostLookup lookup,
        TimeProvider timeProvider,
        params ShadowConfiguration[] shadows
    ) =>
        new(
            new ConnectionLimits(() => TestShadow.Mirroring(shadows), Ledger()),
            new ConnectionPlaces(timeProvider),
            TestWorkers.Shared,
            new NameResolver(lookup, timeProvider),
            new AddressRace(new SocketDialer(), new AddressOrder(timeProvider), timeProvider),
            timeProvider
        );

    public static TrafficMirroringLedger Ledger() =>
        new(NullLogger<TrafficMirroringLedger>.Instance, TimeProvider.System);
}
