using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Generation;

namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>What has to have become of the requests of a round, against what the ledger says.</summary>
internal sealed class RoundAccount
{
    private readonly Dictionary<Fate, int> _fates = [];
    private readonly List<(Arrival Arrival, FuzzCase Case)> _missing = [];

    public int Requests { get; private set; }

    public void Add(Fate fate, bool isCopied, Arrival arrival, FuzzCase fuzzCase)
    {
        Requests++;
        _fates[fate] = Count(fate) + 1;
        if (fate == Fate.Copied && !isCopied)
        {
            _missing.Add((arrival, fuzzCase));
        }
        else if (isCopied && fate is not (Fate.Copied or Fate.CopiedOrLost))
        {
            throw new FuzzFailure(
                $"There is a copy of a request that must not have one ({fate}).\n\n{Script.Describe(fuzzCase)}\n{arrival}\n",
                fuzzCase.Number
            );
        }
    }

    // What becomes of a request for a shadow that always answers, when nobody is busy.
    private static readonly HashSet<string> ForeseenDrops =
    [
        "body_too_large",
        "body_incomplete",
        "client_aborted",
        "transform_failed",
    ];

    /// <param name="before">The ledger at the start of the round.</param>
    /// <param name="after">The ledger at its end.</param>
    /// <param name="copies">How many copies the shadow received.</param>
    /// <param name="busyReasons">The reasons that excuse a copy that is missing.</param>
    public void Settle(ShadowLedger before, ShadowLedger after, int copies, string[] busyReasons)
    {
        Require("seen", Requests, after.Seen - before.Seen);
        Require("completed", copies, LedgerText.Sum(after.Completed) - LedgerText.Sum(before.Completed));
        Require("skipped.loop", Count(Fate.Loop), Grown(before.Skipped, after.Skipped, "loop"));
        Require("skipped.upgrade", Count(Fate.Upgrade), Grown(before.Skipped, after.Skipped, "upgrade"));
        Require("skipped.hub", Count(Fate.Hub), Grown(before.Skipped, after.Skipped, "hub"));
        Require("skipped.target", Count(Fate.Target), Grown(before.Skipped, after.Skipped, "target"));
        Require("skipped.endpoint", Count(Fate.Endpoint), Grown(before.Skipped, after.Skipped, "endpoint"));

        var streaming = Grown(before.Skipped, after.Skipped, "streaming");
        Require(
            "skipped",
            Count(Fate.Loop)
                + Count(Fate.Upgrade)
                + Count(Fate.Hub)
                + Count(Fate.Target)
                + Count(Fate.Endpoint)
                + streaming,
            LedgerText.Sum(after.Skipped) - LedgerText.Sum(before.Skipped)
        );

        var excused = busyReasons.Sum(reason => Grown(before.Dropped, after.Dropped, reason));
        if (_missing.Count > excused)
        {
            var (arrival, fuzzCase) = _missing[0];
            throw new FuzzFailure(
                $"There is no copy of a request that must have one; the ledger: {LedgerText.Describe(after)}.\n\n"
                    + $"{Script.Describe(fuzzCase)}\n---- the primary received\n{arrival}\n",
                fuzzCase.Number
            );
        }

        RequireAtLeast("dropped.body_too_large", Count(Fate.TooLong) - excused, before, after, "body_too_large");
        RequireAtLeast(
            "dropped.transform_failed",
            Count(Fate.Inexpressible) - excused,
            before,
            after,
            "transform_failed"
        );
        if (after.Dropped.Keys.Except(busyReasons).FirstOrDefault(reason => !ForeseenDrops.Contains(reason)) is { } odd)
        {
            throw new FuzzFailure($"Nothing can have been dropped as {odd}: {LedgerText.Describe(after)}");
        }

        // Of other gRPC calls it is not known beforehand how much of their bodies was seen.
        if (streaming < Count(Fate.Streaming) - excused || streaming > Count(Fate.Streaming) + Count(Fate.Grpc))
        {
            throw new FuzzFailure(
                $"The ledger counted {streaming} as skipped.streaming in a round, and {Count(Fate.Streaming)} gRPC calls streamed for certain, out of {Count(Fate.Streaming) + Count(Fate.Grpc)}."
            );
        }

        var failed = LedgerText.Sum(after.Failed) - LedgerText.Sum(before.Failed);
        if (failed > Count(Fate.Grpc))
        {
            throw new FuzzFailure($"Copies failed for a shadow that answers each: {LedgerText.Describe(after)}");
        }
    }

    private static void Require(string what, long expected, long actual)
    {
        if (expected != actual)
        {
            throw new FuzzFailure($"The ledger counted {actual} as {what} in a round, and there were {expected}.");
        }
    }

    private static void RequireAtLeast(string what, long least, ShadowLedger before, ShadowLedger after, string reason)
    {
        var actual = Grown(before.Dropped, after.Dropped, reason);
        if (actual < least)
        {
            throw new FuzzFailure(
                $"The ledger counted {actual} as {what} in a round, and there were {least} at least."
            );
        }
    }

    private static long Grown(
        IReadOnlyDictionary<string, long> before,
        IReadOnlyDictionary<string, long> after,
        string reason
    ) => after.GetValueOrDefault(reason) - before.GetValueOrDefault(reason);

    private int Count(Fate fate) => _fates.GetValueOrDefault(fate);
}
