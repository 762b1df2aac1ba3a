namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Law 2 as an assertion.</summary>
internal static class LedgerAssert
{
    private static readonly HashSet<string> SkippedReasons =
    [
        "disabled",
        "not_sampled",
        "loop",
        "upgrade",
        "hub",
        "streaming",
        "target",
        "writes",
        "paused",
        "endpoint",
        "rule",
        "response_status",
    ];

    private static readonly HashSet<string> DroppedReasons =
    [
        "queue_full",
        "budget",
        "pressure",
        "body_too_large",
        "body_incomplete",
        "client_aborted",
        "expired",
        "rate_limited",
        "breaker_open",
        "transform_failed",
        "withdrawn",
        "shutdown",
    ];

    private static readonly HashSet<string> CompletedReasons = ["1xx", "2xx", "3xx", "4xx", "5xx"];

    private static readonly HashSet<string> FailedReasons =
    [
        "timeout",
        "connect",
        "tls",
        "protocol",
        "reset",
        "shutdown",
        "other",
    ];

    public static void AddsUp(LedgerSnapshot snapshot)
    {
        foreach (var (name, shadow) in snapshot.Shadows)
        {
            var fault = FaultIn(shadow);
            Assert.True(fault is null, $"{name}: {fault}: {Describe(shadow)}");
        }
    }

    /// <summary>What is wrong with the counts of a shadow, or <see langword="null"/>.</summary>
    public static string? FaultIn(ShadowLedger shadow)
    {
        if (shadow.Seen != Sum(shadow.Skipped) + Sum(shadow.Dropped) + shadow.Mirrored + shadow.Pending)
        {
            return "seen is not skipped + dropped + mirrored + pending";
        }

        if (shadow.Mirrored != Sum(shadow.Completed) + Sum(shadow.Failed) + shadow.InFlight)
        {
            return "mirrored is not completed + failed + inFlight";
        }

        var counts = new[] { shadow.Skipped, shadow.Dropped, shadow.Completed, shadow.Failed }.SelectMany(reasons =>
            reasons.Values
        );

        if (counts.Concat([shadow.Seen, shadow.Mirrored, shadow.Pending, shadow.InFlight]).Any(count => count < 0))
        {
            return "a count is negative";
        }

        var inSets =
            SkippedReasons.IsSupersetOf(shadow.Skipped.Keys)
            && DroppedReasons.IsSupersetOf(shadow.Dropped.Keys)
            && CompletedReasons.IsSupersetOf(shadow.Completed.Keys)
            && FailedReasons.IsSupersetOf(shadow.Failed.Keys);

        return inSets ? null : "a reason is not in its closed set";
    }

    public static long Sum(IReadOnlyDictionary<string, long> reasons) => reasons.Values.Sum();

    /// <summary>The counts that are not zero, in one line: <c>seen 3, skipped.loop 1, completed.2xx 2</c>.</summary>
    public static string Describe(ShadowLedger shadow)
    {
        var counts = new List<(string Name, long Count)> { ("seen", shadow.Seen) };
        counts.AddRange(shadow.Skipped.Select(reason => ($"skipped.{reason.Key}", reason.Value)));
        counts.AddRange(shadow.Dropped.Select(reason => ($"dropped.{reason.Key}", reason.Value)));
        counts.AddRange(shadow.Completed.Select(reason => ($"completed.{reason.Key}", reason.Value)));
        counts.AddRange(shadow.Failed.Select(reason => ($"failed.{reason.Key}", reason.Value)));
        counts.Add(("pending", shadow.Pending));
        counts.Add(("inFlight", shadow.InFlight));
        return string.Join(
            ", ",
            counts.Where(count => count.Count != 0).Select(count => $"{count.Name} {count.Count}")
        );
    }
}
