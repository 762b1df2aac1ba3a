using System.Diagnostics;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Bounds;

/// <summary><c>MaxRequestsPerSecond</c> under load, and while a reload changes it.</summary>
public sealed class RateTests : FunctionalTest
{
    private const int Rate = 200;
    private const int Clients = 4;
    private const string Key = "Shadows:v2:MaxRequestsPerSecond";

    [Fact]
    public async Task Load_OverTheRate_IsLimitedByTheTokenBucketThroughReloads()
    {
        await using var shadow = RawShadow.Start();
        var started = Stopwatch.GetTimestamp();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { [Key] = $"{Rate}", ["Shadows:v2:QueueCapacity"] = "100000" },
        }.StartAsync(Token);

        // However slow the machine: a bucket that was full, and what has run into it since.
        await LoadAsync(
            environment,
            () => Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1.5),
            atLeast: 4 * Rate
        );
        var limited = await SettledAsync(environment);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Assert.InRange(limited.Mirrored, Rate, (Rate * (seconds + 1)) + 1);

        // From here on a token comes every 1,000 seconds.
        environment.Reload((Key, "0.001"));
        await LoadAsync(environment, () => false, atLeast: 400);
        var starved = await SettledAsync(environment);
        Assert.Equal(limited.Seen + 400, starved.Seen);
        Assert.InRange(starved.Mirrored - limited.Mirrored, 0, 1);

        environment.Reload((Key, null));
        await LoadAsync(environment, () => false, atLeast: 400);
        var free = await SettledAsync(environment);
        Assert.Equal(starved.Mirrored + 400, free.Mirrored);
    }

    private async Task<ShadowLedger> SettledAsync(MirrorEnvironment environment)
    {
        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal(
            (ledger.Seen, ledger.Mirrored),
            (ledger.Dropped["rate_limited"] + ledger.Mirrored, ledger.Completed["2xx"])
        );
        return ledger;
    }

    private async Task LoadAsync(MirrorEnvironment environment, Func<bool> goesOn, int atLeast) =>
        await Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(async _ =>
                {
                    using var connection = await environment.Primary.ConnectAsync(Token);
                    for (var i = 0; i < atLeast / Clients || goesOn(); i++)
                    {
                        Assert.Equal(200, (await connection.ExchangeAsync(RawRequest.Get("/x"), Token)).Status);
                    }
                })
        );
}
