using System.Net;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Connecting;

public sealed class ConnectionLimitsTests
{
    private const int Unknown = 2 * TrafficMirroringDefaults.MaxMaxConcurrency;

    private readonly TrafficMirroringLedger _ledger = TestConnector.Ledger();
    private readonly ConnectionLimits _limits;
    private MirroringConfiguration _configuration = TestShadow.Mirroring();

    public ConnectionLimitsTests() => _limits = new ConnectionLimits(() => _configuration, _ledger);

    [Theory]
    [InlineData("http://shadow.test", "shadow.test", 80)]
    [InlineData("http://shadow.test", "Shadow.Test", 80)]
    [InlineData("https://shadow.test/base", "shadow.test", 443)]
    [InlineData("https://shadow.test:8443", "shadow.test", 8443)]
    [InlineData("http://[::1]:5000/base", "::1", 5000)]
    [InlineData("http://xn--bcher-kva.test", "xn--bcher-kva.test", 80)]
    public void For_TheAddressOfAShadow_IsTwiceItsConcurrency(string address, string host, int port)
    {
        Configure(Shadow("v2", address, 5));

        Assert.Equal(10, _limits.For(new DnsEndPoint(host, port)));
    }

    [Theory]
    [InlineData("shadow.test", 81)]
    [InlineData("other.test", 80)]
    public void For_AnotherAddress_IsTheSumOfAllShadows(string host, int port)
    {
        Configure(Shadow("v2", "http://shadow.test", 5), Shadow("v3", "http://v3.test", 7));

        Assert.Equal(24, _limits.For(new DnsEndPoint(host, port)));
    }

    [Fact]
    public void For_AnAddressWithoutShadows_IsWhatOneShadowMayHave()
    {
        Configure();

        Assert.Equal(Unknown, _limits.For(new DnsEndPoint("shadow.test", 80)));
    }

    [Fact]
    public void For_AnAddressOfSeveralShadows_IsTheirSum()
    {
        Configure(
            Shadow("one", "http://shadow.test/one", 5),
            Shadow("two", "http://shadow.test/two", 7),
            Shadow("other", "http://other.test", 9)
        );

        Assert.Equal(24, _limits.For(new DnsEndPoint("shadow.test", 80)));
    }

    [Fact]
    public void For_AfterReloads_FollowsConcurrencyAndAddress()
    {
        var (before, after) = (new DnsEndPoint("before.test", 80), new DnsEndPoint("after.test", 80));
        Configure(Shadow("v2", "http://before.test", 5));
        Assert.Equal(10, _limits.For(before));

        Configure(Shadow("v2", "http://before.test", 6));
        Assert.Equal(12, _limits.For(before));

        Configure(Shadow("v2", "http://after.test", 1));
        Assert.Equal(2, _limits.For(before));
        Assert.Equal(2, _limits.For(after));
    }

    [Fact]
    public void For_LoweredWhileCopiesAreOnTheirWay_LeavesRoomForThemUntilTheyEnd()
    {
        var endPoint = new DnsEndPoint("shadow.test", 80);
        Configure(Shadow("v2", "http://shadow.test", 2));
        var account = _ledger.Account("v2");
        for (var i = 0; i < 5; i++)
        {
            account.Accept();
            account.Mirror();
        }

        Assert.Equal(10, _limits.For(endPoint));

        for (var i = 0; i < 4; i++)
        {
            account.Complete(200);
        }

        Assert.Equal(4, _limits.For(endPoint));
    }

    private void Configure(params ShadowConfiguration[] shadows) => _configuration = TestShadow.Mirroring(shadows);

    private static ShadowConfiguration Shadow(string name, string address, int maxConcurrency) =>
        TestShadow.Named(name) with
        {
            Address = address,
            MaxConcurrency = maxConcurrency,
        };
}
