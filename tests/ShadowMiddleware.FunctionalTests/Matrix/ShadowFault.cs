using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>A way in which a shadow can be broken, and what the ledger may say about it: one row of the matrix.</summary>
internal sealed record ShadowFault(string Name, string Version, Func<FaultyShadow> Start, params string[] Outcomes)
{
    public const string Http1 = "1.1";
    public const string Http2 = "2";
    public const string Timeout = "failed.timeout";

    private static readonly Dictionary<string, ShadowFault> _all = ConnectionFaults
        .All.Concat(Http1Faults.All)
        .Concat(TlsFaults.All)
        .Concat(Http2Faults.All)
        .ToDictionary(fault => fault.Key, StringComparer.Ordinal);

    public static IReadOnlyCollection<ShadowFault> All => _all.Values;

    /// <summary>The name, with the version where the same fault exists in both.</summary>
    public string Key => $"{Name} (HTTP/{Version})";

    /// <summary>Whether it shows in the body of a response, so that a copy of HEAD is answered well.</summary>
    public bool ShowsInBody { get; init; }

    /// <summary>Whether no copy at all can end before its time is over.</summary>
    public bool HangsAlways => Outcomes is [Timeout] && !ShowsInBody;

    /// <summary>Whether a copy can fail by its time only.</summary>
    public bool FailsInTimeOnly =>
        Outcomes.All(outcome => outcome == Timeout || outcome.StartsWith("completed.", StringComparison.Ordinal));

    /// <summary>Whether a copy may not end before its time is over.</summary>
    public bool MayHang => Outcomes.Contains(Timeout);

    /// <summary>Whether the fault leaves a connection fit for the next copy.</summary>
    public bool KeepsConnections { get; init; }

    public static ShadowFault Get(string key) => _all[key];

    public static ShadowFault Raw(string name, string version, ShadowScript script, params string[] outcomes) =>
        new(name, version, () => FaultyShadow.Of(script), outcomes);

    public override string ToString() => Key;
}
