using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Clients;
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
    private readonly CopyJudge _copies;
    private readonly ConcurrentBag<(FuzzCase Case, ClientRun Run)> _runs = [];

    public Round(Stage stage, Tally tally)
    {
        _stage = stage;
        _tally = tally;
        _clients = new ClientJudge(stage, tally);
        _copies = new CopyJudge(stage.Exact.Authority);
    }

    private ShadowLedger Account => _stage.Ledger.GetSnapshot().Shadows[Fuzzing.ExactShadow];

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
    }

    public async Task RunAsync(IEnumerable<FuzzCase> cases)
    {
        var before = Account;
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

        var after = await SettleAsync();
        await JudgeAsync(before, after);
        Check(_stage.Watcher.Fault);
        Check(_stage.Errors.First);
        Check(_stage.Exact.Faults.FirstOrDefault());
    }

    private async Task<ShadowLedger> SettleAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        var now = Account;
        var moved = Stopwatch.GetTimestamp();
        while (now is not { Pending: 0, InFlight: 0 })
        {
            if (Stopwatch.GetElapsedTime(moved) > StandstillTime)
            {
                throw new FuzzFailure($"The ledger does not settle: {LedgerText.Describe(now)}");
            }

            await timer.WaitForNextTickAsync();
            Check(_stage.Watcher.Fault);
            var before = now;
            now = Account;
            if ((now.Pending, now.InFlight) != (before.Pending, before.InFlight))
            {
                moved = Stopwatch.GetTimestamp();
            }
        }

        return now;
    }

    private async Task JudgeAsync(ShadowLedger before, ShadowLedger after)
    {
        var copies = new Dictionary<string, ReceivedCopy>(StringComparer.Ordinal);
        foreach (var copy in _stage.Exact.TakeCopies())
        {
            if (copy.Value(ArrivalRecorder.IdHeader) is not { } id || !copies.TryAdd(id, copy))
            {
                throw new FuzzFailure($"A copy that belongs to no request, or a second one of the same:\n{copy}");
            }
        }

        var received = copies.Count;
        var account = new RoundAccount();
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
                    if (_copies.FaultIn(copy, arrival, body) is { } fault)
                    {
                        throw new FuzzFailure(
                            $"The copy differs from what the primary received: {fault}.\n\n{Script.Describe(group.Key)}\n---- the primary received\n{arrival}\n---- the copy\n{copy}\n",
                            group.Key.Number
                        );
                    }

                    _tally.CopiesCompared++;
                }
            }
        }

        if (copies.Count > 0)
        {
            throw new FuzzFailure($"A copy that belongs to no request:\n{copies.Values.First()}");
        }

        _tally.Requests += account.Requests;
        account.Settle(before, after, received, BusyReasons);
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
