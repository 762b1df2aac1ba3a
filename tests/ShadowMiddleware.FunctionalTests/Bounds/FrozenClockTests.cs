using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Bounds;

/// <summary>Laws 1 and 3 in an app whose own clock stands still, as in many tests: no bound runs by that clock.</summary>
public sealed class FrozenClockTests : FunctionalTest
{
    private readonly StandingClock _clock = new();

    [Fact]
    public async Task Send_ToAHungShadow_TimesOut()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.Hang());
        await using var environment = await StartAsync(shadow.Address, ("Timeout", "00:00:00.2"));

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);

        await environment.WaitUntilLedgerIsAsync("seen 1, failed.timeout 1", Token);
    }

    [Fact]
    public async Task Copy_ThatWaitsBehindAHungSend_Expires()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.Hang());
        await using var environment = await StartAsync(
            shadow.Address,
            ("Timeout", "00:00:00.5"),
            ("QueueTimeout", "00:00:00.1"),
            ("MaxConcurrency", "1")
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);

        await environment.WaitUntilLedgerIsAsync("seen 2, dropped.expired 1, failed.timeout 1", Token);
    }

    [Fact]
    public async Task Stop_WithAHungSend_Ends()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.Hang());
        await using var environment = await StartAsync(shadow.Address, ("Timeout", "01:00:00"));
        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        await environment.WaitUntilAsync((ShadowLedger counts) => counts.InFlight == 1, Token);

        await environment.Primary.StopAsync(Token);

        Assert.Equal(
            "seen 1, failed.shutdown 1",
            LedgerAssert.Describe(environment.Ledger.GetSnapshot().Shadows["v2"])
        );
    }

    [Fact]
    public async Task Breaker_ThatIsOpen_AdmitsAProbeAfterItsBreak()
    {
        await using var port = new RefusedPort();
        await using var environment = await StartAsync(
            port.Address,
            ("CircuitBreaker:MinimumThroughput", "2"),
            ("CircuitBreaker:BreakDuration", "00:00:00.5")
        );

        await environment.WaitUntilAsync(
            (ShadowLedger counts) =>
            {
                environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token).GetAwaiter().GetResult();
                return counts.Dropped.ContainsKey("breaker_open") && counts.Failed["connect"] > 2;
            },
            Token
        );
    }

    [Fact]
    public async Task Until_RunsByTheAppsClock()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow.Address,
            ("Until", $"{_clock.GetUtcNow().AddHours(1):O}")
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get("/before"), Token);
        await environment.WaitUntilSettledAsync(Token);
        _clock.Advance(TimeSpan.FromHours(2));
        await environment.Primary.ExchangeAsync(RawRequest.Get("/after"), Token);

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal(1, ledger.Skipped.Values.Sum());
        Assert.Equal(1, ledger.Mirrored);
    }

    private Task<MirrorEnvironment> StartAsync(string address, params (string Key, string Value)[] settings)
    {
        var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = address },
            ConfigureServices = services => services.AddSingleton<TimeProvider>(_clock),
        };
        foreach (var (key, value) in settings)
        {
            environment.Settings[$"Shadows:v2:{key}"] = value;
        }

        return environment.StartAsync(Token);
    }
}
