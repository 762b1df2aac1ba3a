using Microsoft.Extensions.Logging.Abstractions;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Diagnostics;

public sealed class TrafficMirroringLedgerTests
{
    private readonly TrafficMirroringLedger _ledger = new(
        NullLogger<TrafficMirroringLedger>.Instance,
        new TestTimeProvider()
    );

    [Fact]
    public void Account_OfAName_IsAlwaysTheSame() => Assert.Same(_ledger.Account("v2"), _ledger.Account("v2"));

    [Fact]
    public void Account_OfNamesThatDifferInCase_AreTwo() =>
        Assert.NotSame(_ledger.Account("v2"), _ledger.Account("V2"));

    [Fact]
    public void GetSnapshot_HasEveryShadowUnderItsName()
    {
        _ledger.Account("v2").Skip(SkipReason.Writes);
        _ledger.Account("v3");

        var shadows = _ledger.GetSnapshot().Shadows;

        Assert.Equal(["v2", "v3"], shadows.Keys.Order());
        LedgerAssert.Only(shadows["v2"].Skipped, "writes", 1);
        Assert.Equal(0, shadows["v3"].Seen);
    }

    [Fact]
    public void Account_OfEachShadow_WarnsOfItsOwnFirstLoss()
    {
        var logger = new RecordingLogger<TrafficMirroringLedger>();
        var ledger = new TrafficMirroringLedger(logger, new TestTimeProvider());

        foreach (var shadow in (string[])["v2", "v3"])
        {
            ledger.Account(shadow).Accept();
            ledger.Account(shadow).Drop(DropReason.Budget);
        }

        Assert.Equal(2, logger.Of(EventIds.LossesBegan).Length);
    }
}
