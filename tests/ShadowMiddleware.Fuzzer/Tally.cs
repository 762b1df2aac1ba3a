using ShadowMiddleware.Fuzzer.Judging;

namespace ShadowMiddleware.Fuzzer;

/// <summary>What a run has done, for its last line.</summary>
internal sealed class Tally
{
    private int _cases;
    private int _racy;
    private int _slowMirrored;
    private int _slowTwin;
    private int _recorded;

    public int Cases => Volatile.Read(ref _cases);

    public int Requests { get; set; }

    public int CopiesCompared { get; set; }

    public void AddCase() => Interlocked.Increment(ref _cases);

    /// <summary>A case in which the unmirrored app alone shows more than one outcome.</summary>
    public void AddRacy() => Interlocked.Increment(ref _racy);

    /// <summary>A case in which one side kept its client waiting more often than the other.</summary>
    public void AddSlow(bool mirrored) =>
        _ = mirrored ? Interlocked.Increment(ref _slowMirrored) : Interlocked.Increment(ref _slowTwin);

    /// <summary>Whether the mirrored app is slow so much more often than its twin that chance and the machine cannot explain it.</summary>
    public string? SlownessFault =>
        _slowMirrored > 10 + (3 * _slowTwin)
            ? $"The mirrored app was too slow {_slowMirrored} times, and its twin {_slowTwin} times."
            : null;

    /// <summary>A case whose bodies had to be asked of a server.</summary>
    public void AddRecorded() => Interlocked.Increment(ref _recorded);

    public string Summary(LedgerSnapshot ledger) =>
        $"{_cases} cases ({_racy} with races of their own, {_slowMirrored} slow when mirrored and {_slowTwin} when not, {_recorded} with framing that only a server can judge), {Requests} requests, "
        + $"{CopiesCompared} copies compared; "
        + string.Join("; ", ledger.Shadows.Select(shadow => $"{shadow.Key}: {Losses(shadow.Value)}"));

    private static string Losses(ShadowLedger shadow) =>
        $"mirrored {shadow.Mirrored}, skipped {Text(shadow.Skipped)}, dropped {Text(shadow.Dropped)}, failed {Text(shadow.Failed)}";

    private static string Text(IReadOnlyDictionary<string, long> reasons) =>
        $"{LedgerText.Sum(reasons)} ({string.Join(", ", reasons.Select(reason => $"{reason.Key} {reason.Value}"))})";
}
