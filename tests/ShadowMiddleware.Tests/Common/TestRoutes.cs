using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Tests.Dispatch;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Routes whose dispatchers send to nobody until they are let.</summary>
internal sealed class TestRoutes : IDisposable
{
    private readonly List<GatedSender> _senders = [];

    public TestRoutes(params ShadowConfiguration[] shadows)
        : this(TestShadow.Mirroring(shadows)) { }

    public TestRoutes(MirroringConfiguration configuration)
    {
        var time = new TestTimeProvider();
        Value = new ShadowRoutes(
            configuration,
            [
                .. configuration.Shadows.Select(shadow =>
                {
                    var account = TestAccount.Create(shadow.Name, time);
                    var sender = new GatedSender(account);
                    _senders.Add(sender);
                    var settings = new DispatcherSettings(shadow, configuration.TagHeader);
                    return new ShadowRoute(
                        shadow,
                        new ShadowDispatcher(settings, sender, account, new DispatchPause(), TestWorkers.Shared, time)
                    );
                }),
            ]
        );
    }

    public ShadowRoutes Value { get; }

    public GatedSender Sender(int index = 0) => _senders[index];

    public ShadowAccount Account(int index = 0) => Value.All[index].Dispatcher.Account;

    public ShadowLedger Ledger(int index = 0) => LedgerAssert.Balanced(Account(index).Counters.Read());

    public void Dispose()
    {
        foreach (var route in Value.All)
        {
            route.Dispatcher.Stop();
            route.Dispatcher.Dispose();
        }
    }
}
