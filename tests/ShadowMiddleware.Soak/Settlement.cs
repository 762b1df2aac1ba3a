using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Soak.Names;
using ShadowMiddleware.Soak.Shadows;
using ShadowMiddleware.Soak.Watching;

namespace ShadowMiddleware.Soak;

/// <summary>What has to be true when traffic has stopped.</summary>
internal sealed class Settlement(Stage stage, BoundsWatch bounds, Findings findings)
{
    private static readonly TimeSpan TimeForEveryLoss = TimeSpan.FromMinutes(5);

    // Every loss that traffic, faults and reloads can bring about.
    private static readonly string[] Losses =
    [
        "skipped.disabled",
        "skipped.not_sampled",
        "skipped.writes",
        "skipped.rule",
        "skipped.paused",
        "skipped.response_status",
        "dropped.queue_full",
        "dropped.budget",
        "dropped.body_too_large",
        "dropped.body_incomplete",
        "dropped.client_aborted",
        "dropped.expired",
        "dropped.rate_limited",
        "dropped.transform_failed",
        "dropped.breaker_open",
        "dropped.withdrawn",
        "failed.timeout",
        "failed.connect",
        "failed.tls",
        "failed.protocol",
        "failed.reset",
    ];

    /// <summary>What is not settled yet; <see langword="null"/> when all is.</summary>
    public static string? FaultIn(Stage stage)
    {
        var requests = stage.Mirrored.Requests;
        foreach (var (name, shadow) in stage.Ledger.GetSnapshot().Shadows)
        {
            // A shadow that comes and goes has not seen them all.
            var isSeen = name == ShadowNames.Guest ? shadow.Seen <= requests : shadow.Seen == requests;
            if (shadow is not { Pending: 0, InFlight: 0 } || !isSeen)
            {
                return $"{requests} requests reached the app, and the ledger of {name} does not settle: {LedgerAssert.Describe(shadow)}";
            }
        }

        return stage.BytesHeld != 0 ? $"{stage.BytesHeld} bytes are held when all is done."
            : stage.Pools.Rents != stage.Pools.Returns
                ? $"{stage.Pools.Rents} blocks were rented and {stage.Pools.Returns} returned."
            : null;
    }

    public void Check(TimeSpan time)
    {
        CheckLedger();
        CheckCopies();
        CheckNames(time);
        CheckLog(time);
        if (time >= TimeForEveryLoss && NotSeen(stage.Ledger.GetSnapshot()) is { Count: > 0 } missing)
        {
            findings.Add($"The soak did not bring about: {string.Join(", ", missing)}");
        }

        if (bounds.PeakBytes == 0)
        {
            findings.Add("No byte was ever held: nothing was watched.");
        }
    }

    /// <summary>The losses that there were none of.</summary>
    public static List<string> NotSeen(LedgerSnapshot ledger)
    {
        var seen = ledger.Shadows.Values.SelectMany(shadow =>
            Names("skipped", shadow.Skipped)
                .Concat(Names("dropped", shadow.Dropped))
                .Concat(Names("failed", shadow.Failed))
        );
        return [.. Losses.Except(seen, StringComparer.Ordinal)];

        static IEnumerable<string> Names(string outcome, IReadOnlyDictionary<string, long> reasons) =>
            reasons.Keys.Select(reason => $"{outcome}.{reason}");
    }

    private void CheckLedger()
    {
        try
        {
            stage.Watcher.AssertSound();
            LedgerAssert.AddsUp(stage.Ledger.GetSnapshot());
        }
        catch (Exception exception) when (exception is Xunit.Sdk.IAssertionException)
        {
            findings.Add($"The ledger does not add up: {exception.Message}");
        }
    }

    // Of a healthy shadow. What failed may have arrived or not; what completed has.
    private void CheckCopies()
    {
        foreach (var (name, shadow) in stage.Well)
        {
            var ledger = stage.Ledger.GetSnapshot().Shadows.GetValueOrDefault(name);
            var completed = ledger is null ? 0 : LedgerAssert.Sum(ledger.Completed);
            var arrived = shadow.Copies + shadow.BrokenOff;
            if (arrived < completed || shadow.Copies > (ledger?.Mirrored ?? 0))
            {
                findings.Add(
                    $"Shadow {name} received {shadow.Copies} copies and {shadow.BrokenOff} in part; the ledger has {completed} completed."
                );
            }
        }
    }

    // Its host was found once, and what was found is kept while it is not found again: no copy is lost for want of an address.
    private void CheckNames(TimeSpan time)
    {
        var failed = stage.Ledger.GetSnapshot().Shadows[ShadowNames.Named].Failed;
        if (failed.GetValueOrDefault("connect") + failed.GetValueOrDefault("timeout") > 0)
        {
            findings.Add($"Shadow {ShadowNames.Named} lost copies whose connections waited for its name.");
        }

        var missing = Enum.GetValues<NameTrouble>().Where(trouble => stage.Names.Count(trouble) == 0).ToList();
        if (time >= TimeForEveryLoss && missing.Count > 0)
        {
            findings.Add($"Names met no {string.Join(", ", missing)}.");
        }
    }

    private void CheckLog(TimeSpan time)
    {
        var log = stage.Log;
        if (log.RefusedReloads != stage.Settings.Refusals)
        {
            findings.Add($"{stage.Settings.Refusals} reloads were bad, and {log.RefusedReloads} were logged.");
        }

        // Each line is a change of state: an opening needs a closing before the next, losses begin again after a quiet minute, and an
        // address, or what it receives, is announced when a reload changes it.
        var shadows = stage.Ledger.GetSnapshot().Shadows.Count;
        var mostLosses = shadows * (1 + (int)time.TotalMinutes);
        var announcements = 2 * (shadows + stage.Settings.Changes);
        if (log.BreakersOpened > log.BreakersClosed + shadows || log.LossesBegan > mostLosses)
        {
            findings.Add(
                $"Too many warnings: {log.LossesBegan} of losses, {log.BreakersOpened} of breakers that opened, and {log.BreakersClosed} that closed."
            );
        }

        if (log.PlannedFaults > shadows)
        {
            findings.Add(
                $"Each shadow may say once that the app's own code threw, and {log.PlannedFaults} lines say so."
            );
        }

        if (log.Warnings > log.LossesBegan + log.BreakersOpened + announcements)
        {
            findings.Add($"Too many warnings: {log.Warnings}.");
        }
    }
}
