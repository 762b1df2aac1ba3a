using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ShadowMiddleware.Fuzzer.Clients;
using ShadowMiddleware.Fuzzer.Foresight;
using ShadowMiddleware.Fuzzer.Generation;
using ShadowMiddleware.Fuzzer.Judging;
using ShadowMiddleware.Fuzzer.Shadows;

namespace ShadowMiddleware.Fuzzer;

/// <summary>A few cases at a time, then a settlement: every copy is judged, and every request is accounted for.</summary>
internal sealed class Round
{
    private static readonly TimeSpan WarmUpPatience = TimeSpan.FromMilliseconds(100);

    // No copy and no count takes as long as that, however busy the machine: what has not moved by then does not move any more.
    private static readonly TimeSpan StandstillTime = TimeSpan.FromSeconds(20);

    // Losses that a busy machine may bring about. All others have to be foreseen.
    private static readonly string[] BusyReasons = ["queue_full", "expired", "budget", "pressure", "rate_limited"];

    private readonly Stage _stage;
    private readonly Tally _tally;
    private readonly ClientJudge _clients;
    private readonly StickyPlaces _places = new();
    private readonly ConcurrentBag<(FuzzCase Case, ClientRun Run)> _runs = [];

    public Round(Stage stage, Tally tally)
    {
        _stage = stage;
        _tally = tally;
        _clients = new ClientJudge(stage, tally);
    }

    /// <summary>
    /// Carries out cases without looking at them: the first requests of a process are so slow that clients would take the server for
    /// one that waits.
    /// </summary>
    public async Task WarmUpAsync(IEnumerable<FuzzCase> cases)
    {
        foreach (var fuzzCase in cases)
        {
            foreach (var host in new[] { _stage.Mirrored, _stage.Twin, _stage.Recording })
            {
                await RawClient.RunAsync(host, fuzzCase, WarmUpPatience);
            }
        }

        await SettleAsync();
        _stage.Exact.TakeCopies();
        foreach (var shadow in _stage.Drawn)
        {
            shadow.Server.TakeCopies();
        }
    }

    /// <param name="number">Which round it is: the plans depend on it.</param>
    /// <param name="cases">The cases.</param>
    public async Task RunAsync(int number, IEnumerable<FuzzCase> cases)
    {
        _stage.Use(number);
        using var stop = new CancellationTokenSource();
        var meddling = _stage.Operator.MeddleAsync(stop.Token);
        var before = _stage.Ledger.GetSnapshot();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Fuzzing.Connections };
        await Parallel.ForEachAsync(
            cases,
            parallel,
            async (fuzzCase, _) =>
            {
                foreach (var run in await _clients.RunAsync(fuzzCase))
                {
                    _runs.Add((fuzzCase, run));
                }

                _tally.AddCase();
            }
        );

        await stop.CancelAsync();
        await meddling;
        var after = await SettleAsync();
        await JudgeAsync(before, after);
        Check(_stage.Watcher.Fault);
        Check(_stage.Errors.First);
        Check(_stage.Exact.Faults.FirstOrDefault());
        Check(_stage.Drawn.SelectMany(shadow => shadow.Server.Faults).FirstOrDefault());
    }

    private async Task<LedgerSnapshot> SettleAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        var now = _stage.Ledger.GetSnapshot();
        var moved = Stopwatch.GetTimestamp();
        while (Unsettled(now) is not (0, 0))
        {
            if (Stopwatch.GetElapsedTime(moved) > StandstillTime)
            {
                throw new FuzzFailure(
                    $"The ledger does not settle: {string.Join("; ", Judged(now).Select(LedgerText.Describe))}"
                );
            }

            await timer.WaitForNextTickAsync();
            Check(_stage.Watcher.Fault);
            var before = now;
            now = _stage.Ledger.GetSnapshot();
            if (Unsettled(now) != Unsettled(before))
            {
                moved = Stopwatch.GetTimestamp();
            }
        }

        return now;
    }

    // The hostile shadow takes its time, and its copies are judged by nobody.
    private static IEnumerable<ShadowLedger> Judged(LedgerSnapshot ledger) =>
        ledger.Shadows.Where(shadow => shadow.Key != Fuzzing.HostileShadow).Select(shadow => shadow.Value);

    private static (long Pending, long InFlight) Unsettled(LedgerSnapshot ledger) =>
        (Judged(ledger).Sum(shadow => shadow.Pending), Judged(ledger).Sum(shadow => shadow.InFlight));

    private async Task JudgeAsync(LedgerSnapshot before, LedgerSnapshot after)
    {
        var copies = ReceivedCopy.ByRequest(_stage.Exact.TakeCopies());
        var received = copies.Count;
        var account = new RoundAccount();
        var trials = _stage
            .Drawn.Select(shadow => new DrawnTrial(
                shadow,
                _places,
                before.Shadows[shadow.Name],
                after.Shadows[shadow.Name]
            ))
            .ToArray();
        foreach (var group in _runs.GroupBy(run => run.Case))
        {
            var bodies = new Bodies(_stage, _tally, group.Key);
            foreach (var arrival in group.SelectMany(run => run.Run.Log.Arrivals))
            {
                if (arrival.LeftBehind is { } part)
                {
                    throw new FuzzFailure(
                        $"The mirror did not put back what it had replaced by {part}.\n\n{Script.Describe(group.Key)}\n{arrival}\n",
                        group.Key.Number
                    );
                }

                var isCopied = copies.Remove(arrival.Id, out var copy);
                account.Add(Fates.Of(arrival, bodies.Known(arrival)), isCopied, arrival, group.Key);
                if (copy is not null)
                {
                    var body = await bodies.AskAsync(arrival);
                    var expected = CopyModel.Of(arrival, body, Fuzzing.ExactShadow, _stage.Exact.Authority);
                    if (CopyJudge.FaultIn(copy, expected) is { } fault)
                    {
                        throw new FuzzFailure(
                            $"The copy differs from what the primary received: {fault}.\n\n{Script.Describe(group.Key)}\n---- the primary received\n{arrival}\n---- the copy\n{copy}\n",
                            group.Key.Number
                        );
                    }

                    _tally.CopiesCompared++;
                }

                foreach (var trial in trials)
                {
                    await trial.AddAsync(arrival, bodies, group.Key);
                }
            }
        }

        if (copies.Count > 0)
        {
            throw new FuzzFailure($"A copy that belongs to no request:\n{copies.Values.First()}");
        }

        _tally.Requests += account.Requests;
        account.Settle(before.Shadows[Fuzzing.ExactShadow], after.Shadows[Fuzzing.ExactShadow], received, BusyReasons);
        foreach (var trial in trials)
        {
            trial.Settle();
            _tally.CopiesCompared += trial.Received;
        }

        _runs.Clear();
    }

    private static void Check(string? fault)
    {
        if (fault is not null)
        {
            throw new FuzzFailure(fault.ToString(CultureInfo.InvariantCulture));
        }
    }
}
