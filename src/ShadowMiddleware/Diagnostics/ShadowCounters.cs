using System.Diagnostics;

namespace ShadowMiddleware.Diagnostics;

/// <summary>
/// The counts of one shadow. Every count only grows, a later stage is counted after an earlier one, and <see cref="Read()"/> reads the
/// later stages first: so what is pending or in flight, taken as the difference, is never negative and both equations of the ledger
/// hold in every snapshot, without a lock.
/// </summary>
internal sealed class ShadowCounters
{
    private readonly long[] _skipped = new long[ReasonNames.Skipped.Length];
    private readonly long[] _skippedAccepted = new long[ReasonNames.Skipped.Length];
    private readonly long[] _dropped = new long[ReasonNames.Dropped.Length];
    private readonly long[] _completed = new long[ReasonNames.StatusClasses.Length];
    private readonly long[] _failed = new long[ReasonNames.Failed.Length];
    private long _accepted;
    private long _mirrored;

    /// <summary>Counts a request that is not to be mirrored: seen and skipped in one.</summary>
    public void Skip(SkipReason reason) => Interlocked.Increment(ref _skipped[(int)reason]);

    /// <summary>Counts a request that is to be mirrored: seen, and pending until it is skipped after all, dropped or mirrored.</summary>
    public void Accept() => Interlocked.Increment(ref _accepted);

    /// <summary>Counts a request that was accepted, and with that seen, and turned out to be none that is to be mirrored.</summary>
    public void SkipAccepted(SkipReason reason) => Interlocked.Increment(ref _skippedAccepted[(int)reason]);

    public void Drop(DropReason reason) => Interlocked.Increment(ref _dropped[(int)reason]);

    /// <summary>Counts a copy whose send begins: in flight until it is completed or failed.</summary>
    public void Mirror() => Interlocked.Increment(ref _mirrored);

    public void Complete(int statusCode) => Interlocked.Increment(ref _completed[StatusClass(statusCode)]);

    public void Fail(FailReason reason) => Interlocked.Increment(ref _failed[(int)reason]);

    /// <summary>How many requests were counted until now.</summary>
    public long Seen
    {
        get
        {
            var seen = Interlocked.Read(ref _accepted);
            foreach (ref var skipped in _skipped.AsSpan())
            {
                seen += Interlocked.Read(ref skipped);
            }

            return seen;
        }
    }

    public ShadowLedger Read()
    {
        var completed = Read(_completed, ReasonNames.StatusClasses, out var completedTotal);
        var failed = Read(_failed, ReasonNames.Failed, out var failedTotal);
        var mirrored = Interlocked.Read(ref _mirrored);
        var dropped = Read(_dropped, ReasonNames.Dropped, out var droppedTotal);
        var skipped = Read(_skippedAccepted, ReasonNames.Skipped, out var skippedAcceptedTotal);
        Read(_skipped, ReasonNames.Skipped, out var skippedAtOnceTotal, skipped);
        var accepted = Interlocked.Read(ref _accepted);

        var pending = accepted - skippedAcceptedTotal - droppedTotal - mirrored;
        var inFlight = mirrored - completedTotal - failedTotal;
        Debug.Assert(pending >= 0 && inFlight >= 0, "A stage was counted before the one that precedes it, or twice.");

        return new ShadowLedger
        {
            Seen = skippedAtOnceTotal + accepted,
            Skipped = skipped,
            Dropped = dropped,
            Mirrored = mirrored,
            Completed = completed,
            Failed = failed,
            Pending = pending,
            InFlight = inFlight,
        };
    }

    // A status outside 100 to 599 is legal on the wire (RFC 9110 section 15) and counts as a server error, as that section says.
    internal static int StatusClass(int statusCode) => statusCode is >= 100 and <= 599 ? (statusCode / 100) - 1 : 4;

    private static Dictionary<string, long> Read(
        long[] counts,
        string[] names,
        out long total,
        Dictionary<string, long>? read = null
    )
    {
        read ??= new Dictionary<string, long>(StringComparer.Ordinal);
        total = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            var count = Interlocked.Read(ref counts[i]);
            if (count != 0)
            {
                read[names[i]] = read.GetValueOrDefault(names[i]) + count;
                total += count;
            }
        }

        return read;
    }
}
