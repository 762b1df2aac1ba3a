using Microsoft.Extensions.Logging;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Reloading;

/// <summary>Every key of the configuration changes while requests come, and nothing is lost, doubled or mixed up.</summary>
public sealed class LiveReloadTests : FunctionalTest
{
    private const int BetweenBadReloads = 10;
    private const int BetweenGuests = 7;

    [Fact]
    public async Task Reload_OfEveryKeyUnderLoad_LosesAndDoublesNothing()
    {
        await using var stage = await ReloadStage.SetAsync(Token);
        Assert.Equal(ReloadedKeys.Built.Order(), stage.Keys.Values.Keys.Order());

        var (unfelt, badReloads) = await ReloadAllAsync(stage);
        await stage.ReloadAsync((ReloadedKeys.GuestAddress, null));
        await stage.SettleAsync();
        var guest = stage.Environment.Ledger.GetSnapshot().Shadows[ReloadedKeys.Guest];
        await stage.SettleAsync();
        await stage.Load.EndAsync();

        var ledger = stage.Environment.Ledger.GetSnapshot().Shadows;
        Assert.Empty(stage.Load.Faults);
        Assert.Equal(stage.Load.Issued, ledger[ReloadedKeys.Shadow].Seen);
        AssertReasons(ledger[ReloadedKeys.Shadow]);
        var received = await stage.ReceivedAsync();
        AssertCopies(ledger[ReloadedKeys.Shadow], received, areRedacted: true);
        Assert.Subset(received.Select(LoadedRequest.NumberOf).ToHashSet(), unfelt);

        // Gone, and its account is as it was then.
        Assert.Equal(LedgerAssert.Describe(guest), LedgerAssert.Describe(ledger[ReloadedKeys.Guest]));
        Assert.True(guest.Dropped.ContainsKey("withdrawn"), LedgerAssert.Describe(guest));
        Assert.True(guest.Seen < stage.Load.Issued, LedgerAssert.Describe(guest));
        AssertCopies(guest, await stage.ReceivedByGuestAsync(), areRedacted: false);
        AssertLog(stage, badReloads);
    }

    private static async Task<(HashSet<int> Unfelt, List<BadReload> BadReloads)> ReloadAllAsync(ReloadStage stage)
    {
        var unfelt = new HashSet<int>();
        var badReloads = new List<BadReload>();
        foreach (var (index, (key, values)) in stage.Keys.Values.Index())
        {
            if (index % BetweenBadReloads == 0)
            {
                badReloads.Add(BadReload.All[badReloads.Count % BadReload.All.Length]);
                unfelt.UnionWith(await stage.SpoilAsync(badReloads[^1]));

                // Of a good reload that follows, a copy that still waits may well feel something: Enabled is one of the keys.
                await stage.SettleAsync();
            }

            if (index % BetweenGuests == 0)
            {
                var isThere = index / BetweenGuests % 2 != 0;
                await stage.ReloadAsync((ReloadedKeys.GuestAddress, isThere ? null : stage.Keys.GuestHome));
            }

            // What waits was captured without what this key asks for.
            if (key.Key == nameof(ShadowOptions.ForwardedHeaders))
            {
                await stage.SettleAsync();
            }

            await stage.AlternateAsync(values);
        }

        return (unfelt, badReloads);
    }

    // Each second value that leaves something out has done so, and nothing else has. A request that came before a reload asked for
    // ForwardedHeaders was captured without what they say: it is given up rather than sent without them. That is the one which the app holds, and
    // what each client may have had on its way.
    private static void AssertReasons(ShadowLedger ledger)
    {
        HashSet<string> brought = ["body_too_large", "transform_failed", "withdrawn"];
        HashSet<string> byTheClock = ["rate_limited", "pressure"];
        Assert.Equal(["disabled", "not_sampled", "response_status", "rule", "writes"], ledger.Skipped.Keys.Order());
        Assert.Equal(brought.Order(), ledger.Dropped.Keys.Except(byTheClock).Order());
        Assert.InRange(ledger.Dropped["transform_failed"], 1, 1 + ReloadStage.Clients);
    }

    private static void AssertCopies(ShadowLedger ledger, List<RecordedRequest> received, bool areRedacted)
    {
        Assert.NotEmpty(received);
        Assert.Equal(ledger.Mirrored, ledger.Completed["2xx"]);
        Assert.Equal(ledger.Mirrored, received.Count);
        Assert.Equal(received.Count, received.Select(LoadedRequest.NumberOf).Distinct().Count());
        Assert.Empty(received.Select(copy => LoadedRequest.FaultIn(copy, areRedacted)).OfType<string>());
    }

    private static void AssertLog(ReloadStage stage, List<BadReload> badReloads)
    {
        var log = stage.Environment.Logs.OfLibrary.ToArray();
        var refusals = log.Where(entry => entry.Level >= LogLevel.Error).Select(entry => entry.Message);
        Assert.Collection(
            refusals,
            [.. badReloads.Select(bad => (Action<string>)(message => AssertNamesAll(bad, message)))]
        );
        Assert.Equal(
            stage.GoodReloads,
            log.Count(entry => entry.Message.Contains("was reloaded", StringComparison.Ordinal))
        );
    }

    private static void AssertNamesAll(BadReload bad, string message)
    {
        Assert.All(
            bad.Faults,
            fault => Assert.Contains($"TrafficMirroring:{fault}:", message, StringComparison.Ordinal)
        );
        Assert.Contains($"{bad.Faults.Length} fault(s)", message, StringComparison.Ordinal);
    }
}
