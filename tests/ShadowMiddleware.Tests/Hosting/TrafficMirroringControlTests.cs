using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Hosting;

public sealed class TrafficMirroringControlTests : IAsyncDisposable
{
    private readonly ServiceProvider _services = TestHosting.Services();

    private ITrafficMirroringControl Control => _services.GetRequiredService<ITrafficMirroringControl>();

    private ShadowDispatcher Dispatcher => TestHosting.Route(_services).Dispatcher;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public void SetPaused_SkipsUntilItIsTakenBack()
    {
        Assert.Equal(1, Select());
        Control.SetPaused("shadow", true);
        Assert.Equal(0, Select());
        Assert.Equal(1, Ledger.Skipped["paused"]);

        Control.SetPaused("shadow", false);
        Assert.Equal(1, Select());
    }

    [Fact]
    public void SetCeiling_LimitsTheShare()
    {
        Control.SetCeiling("shadow", 0);
        Assert.Equal(0, Select());
        Assert.Equal(1, Ledger.Skipped["not_sampled"]);

        Control.SetCeiling("shadow", 100);
        Assert.Equal(1, Select());
    }

    [Fact]
    public void SetCeiling_DoesNotRaiseTheShare()
    {
        var routes = _services.GetRequiredService<ShadowDirectory>().Current;
        var never = new ShadowRoute(routes.All[0].Configuration with { Percent = 0 }, routes.All[0].Dispatcher);
        Control.SetCeiling("shadow", 50);

        Assert.True(Selector.Select(new FakeServer().CreateContext(), routes with { All = [never] }).IsEmpty);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(100.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void SetCeiling_OutOfRange_ChangesNothing(double percent)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Control.SetCeiling("shadow", percent));

        Assert.Equal(100, Dispatcher.Control.Ceiling);
    }

    [Fact]
    public void Set_OfAShadowThatIsNotThere_NamesThoseThatAre()
    {
        var exception = Assert.Throws<ArgumentException>(() => Control.SetPaused("v9", true));
        Assert.Contains("There are: shadow.", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Control.SetCeiling("V9", 5));
        Assert.Throws<ArgumentNullException>(() => Control.SetCeiling(null!, 5));
    }

    private MirrorSelector Selector => _services.GetRequiredService<MirrorSelector>();

    private ShadowLedger Ledger => Dispatcher.Account.Counters.Read();

    private int Select() =>
        Selector
            .Select(new FakeServer().CreateContext(), _services.GetRequiredService<ShadowDirectory>().Current)
            .Routes.Length;
}
