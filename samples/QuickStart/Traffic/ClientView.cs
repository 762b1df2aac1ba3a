namespace QuickStart.Traffic;

/// <summary>What the clients saw, at the end.</summary>
internal sealed record ClientView(
    long Requests,
    IReadOnlyDictionary<int, long> Statuses,
    Latency Primary,
    Latency Twin,
    long Different,
    string? FirstDifferent
);
