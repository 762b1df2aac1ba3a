using System.Text.RegularExpressions;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Sending;

public sealed partial class SeveralShadowsTests : FunctionalTest
{
    [Fact]
    public async Task Send_SeveralShadows_EachGetsItsOwnCopyWithTheSameId()
    {
        await using var first = RawShadow.Start();
        await using var second = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = first.Address, ["other"] = second.Address + "/base" },
            Settings = { ["Shadows:other:SetHeaders:X-Only"] = "other", ["Shadows:v2:RemoveHeaders:0"] = "X-Secret" },
        }.StartAsync(Token);
        var body = SampleApp.NewOrderJson(20_000);

        await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", ["X-Secret: s"], body), Token);
        var one = await first.NextAsync(Token);
        var two = await second.NextAsync(Token);

        Assert.Equal(body, one.Body);
        Assert.Equal(body, two.Body);
        Assert.Equal("POST /x HTTP/1.1", one.StartLine);
        Assert.Equal("POST /base/x HTTP/1.1", two.StartLine);
        Assert.False(one.Has("X-Secret"));
        Assert.False(one.Has("X-Only"));
        Assert.Equal("s", two.Value("X-Secret"));
        Assert.Equal("other", two.Value("X-Only"));

        var tags = new[] { one, two }.Select(copy => Tag().Match(copy.Value("X-Shadow-Request")!)).ToArray();
        Assert.Equal(["v2", "other"], tags.Select(tag => tag.Groups["name"].Value));
        Assert.Equal(tags[0].Groups["id"].Value, tags[1].Groups["id"].Value);
        await environment.WaitUntilSettledAsync(Token, "v2");
    }

    [Fact]
    public async Task Send_CapsDiffer_EachShadowsOwnDecides()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["small"] = shadow.Address, ["large"] = shadow.Address },
            Settings = { ["Shadows:small:MaxBodyBytes"] = "5000", ["Shadows:large:MaxBodyBytes"] = "50000" },
        }.StartAsync(Token);

        foreach (var length in (int[])[5000, 5001, 50_001])
        {
            await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], new byte[length]), Token);
        }

        await environment.WaitUntilSettledAsync(Token, "large");
        var shadows = environment.Ledger.GetSnapshot().Shadows;
        Assert.Equal("seen 3, dropped.body_too_large 2, completed.2xx 1", LedgerAssert.Describe(shadows["small"]));
        Assert.Equal("seen 3, dropped.body_too_large 1, completed.2xx 2", LedgerAssert.Describe(shadows["large"]));
    }

    [Fact]
    public async Task Send_TwoRequests_HaveDifferentIds()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        var one = (await shadow.NextAsync(Token)).Value("X-Shadow-Request");
        var two = (await shadow.NextAsync(Token)).Value("X-Shadow-Request");

        Assert.NotEqual(one, two);
    }

    [Fact]
    public async Task Send_OneShadowHangs_TheOtherGetsEverything()
    {
        await using var hung = RawShadow.Start(ShadowScripts.Hang());
        await using var healthy = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["hung"] = hung.Address, ["healthy"] = healthy.Address },
            Settings =
            {
                ["Shadows:hung:MaxConcurrency"] = "1",
                ["Shadows:hung:QueueCapacity"] = "1",
                ["Shadows:hung:Timeout"] = "00:00:02",
            },
        }.StartAsync(Token);

        for (var i = 0; i < 20; i++)
        {
            await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], [1, 2, 3]), Token);
        }

        await environment.WaitUntilAsync(
            (LedgerSnapshot snapshot) => snapshot.Shadows["healthy"].Completed.GetValueOrDefault("2xx") == 20,
            Token
        );
        Assert.Equal(20, healthy.Received);
        Assert.True(environment.Ledger.GetSnapshot().Shadows["hung"].InFlight > 0, "The other shadow no longer hangs.");
    }

    [Fact]
    public async Task Send_IndependentPercents_AreExactAtTheEnds()
    {
        await using var all = RawShadow.Start();
        await using var none = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows =
            {
                ["all"] = all.Address,
                ["none"] = none.Address,
                ["half"] = all.Address,
            },
            Settings =
            {
                ["Shadows:all:Percent"] = "100",
                ["Shadows:none:Percent"] = "0",
                ["Shadows:half:Percent"] = "50",
            },
        }.StartAsync(Token);

        using (var connection = await environment.Primary.ConnectAsync(Token))
        {
            for (var i = 0; i < 200; i++)
            {
                await connection.ExchangeAsync(RawRequest.Get("/x"), Token);
            }
        }

        var half = await environment.WaitUntilSettledAsync(Token, "half");
        var shadows = environment.Ledger.GetSnapshot().Shadows;

        Assert.Equal("seen 200, completed.2xx 200", LedgerAssert.Describe(shadows["all"]));
        Assert.Equal("seen 200, skipped.not_sampled 200", LedgerAssert.Describe(shadows["none"]));
        // Seven standard deviations: a fair coin fails this once in 10^11 runs.
        Assert.InRange(half.Skipped["not_sampled"], 50, 150);
        Assert.Equal(0, none.Connections);
    }

    [GeneratedRegex(
        "^(?<name>[a-z0-9-]+);id=\"(?<id>[0-9a-f]{32})\"$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Tag();
}
